import assert from "node:assert/strict";
import type { Message } from "../../api/conversations.ts";
import { messageOf } from "./message.fixture.ts";
import { shownMessages } from "./shown-messages.ts";
import type { Turn, TurnPlace } from "./turn.ts";

const rows = [messageOf("q1", null, 1), messageOf("a1", "q1", 2), messageOf("q2", "a1", 3), messageOf("a2", "q2", 4)];
const [, , q2, a2] = rows as [Message, Message, Message, Message];

function turn(place: TurnPlace, more: Partial<Turn> = {}): Turn {
  const fresh = { state: "answering", requestId: "r", messageId: null, text: "", calls: [], error: null } as const;
  const said = place.kind === "after" || place.kind === "edit" ? { message: "said" } : {};
  return { ...fresh, input: said, place, ...more };
}

const shown = (under: Turn, messages = rows) =>
  shownMessages(messages, null, under).map((each) => each.kind === "stored" ? each.message.id : each.kind);

Deno.test("shownMessages puts the turn under way where it stands", () => {
  assert.deepEqual(shown(turn({ kind: "after", parent: "a2" })), ["q1", "a1", "q2", "a2", "question", "answer"]);
  assert.deepEqual(shown(turn({ kind: "edit", message: q2 })), ["q1", "a1", "question", "answer"]);
  assert.deepEqual(shown(turn({ kind: "edit", message: rows[0] as Message })), ["question", "answer"]);
  assert.deepEqual(shown(turn({ kind: "again", answer: a2 })), ["q1", "a1", "q2", "answer"]);
  assert.deepEqual(shown(turn({ kind: "resume", answer: a2 })), ["q1", "a1", "q2", "answer"]);
});

Deno.test("shownMessages leaves the rows of the turn out until they are complete", () => {
  const begun = [
    ...rows,
    messageOf("q3", "a2", 5, { request_id: "r" }),
    messageOf("a3", "q3", 6, { request_id: "r", status: "streaming" }),
  ];
  const under = turn({ kind: "after", parent: "a2" });
  assert.deepEqual(shown(under, begun), ["q1", "a1", "q2", "a2", "question", "answer"]);
  const over = { ...under, state: "done", messageId: "a3" } as const;
  assert.deepEqual(shown(over, begun), ["q1", "a1", "q2", "a2", "question", "answer"]);
  const complete = [...begun.slice(0, -1), messageOf("a3", "q3", 6, { request_id: "r" })];
  assert.deepEqual(shown(over, complete), ["q1", "a1", "q2", "a2", "q3", "a3"]);
});

Deno.test("shownMessages keeps a failure that left nothing behind", () => {
  assert.deepEqual(shown(turn({ kind: "after", parent: "a2" }, { state: "failed", requestId: null })).at(-1), "answer");
});
