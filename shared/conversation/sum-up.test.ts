import { deepEqual, equal } from "node:assert/strict";
import type { BegunTurn, Said } from "./begun-turn.ts";
import { sumUp, unsummarized } from "./sum-up.ts";

const said = (index: number): Said => ({
  id: String(index),
  role: index % 2 === 0 ? "user" : "assistant",
  content: `message ${index}`,
  pinned: false,
  at: "2026-11-27T08:00:00Z",
});
const history = (length: number) => Array.from({ length }, (_, index) => said(index));
const begun = (length: number, summary: string | null = null, summary_until: string | null = null) =>
  ({ org_id: "o", conversation_id: "c", history: history(length), summary, summary_until }) as BegunTurn;
const idsOf = (open: Said[] | null) => open === null ? null : [open[0]?.id, open.at(-1)?.id];

Deno.test("unsummarized() waits for twenty messages beyond the newest ten, and takes sixty at once", () => {
  equal(unsummarized(begun(29)), null);
  deepEqual(idsOf(unsummarized(begun(30))), ["0", "19"]);
  deepEqual(idsOf(unsummarized(begun(500))), ["0", "59"]);
  deepEqual(idsOf(unsummarized(begun(500, "So far.", "59"))), ["60", "119"]);
  equal(unsummarized(begun(80, "So far.", "59")), null);
  deepEqual(idsOf(unsummarized(begun(80, "Of another branch.", "elsewhere"))), ["0", "59"]);
});

async function summed(turn: BegunTurn, answer: Response) {
  const sent: { messages: { speaker: string; text: string }[] }[] = [];
  const kept: Record<string, unknown>[] = [];
  const logged: string[] = [];
  await sumUp(turn, unsummarized(turn) ?? [], { orgId: "o", userId: "u", token: "t", language: "de" }, {
    fetch: (_, init) => {
      sent.push(JSON.parse(String(init?.body)).input);
      return Promise.resolve(answer);
    },
    projectUrl: "https://project.test",
    publishableKey: "p",
    secretKey: "secret",
    innerHosts: [],
    resolve: () => Promise.resolve([]),
    now: () => 0,
  }, {
    service: { rpc: <Result>(_: string, args: Record<string, unknown>) => Promise.resolve(kept.push(args) as Result) },
    log: (event) => void logged.push(event),
  });
  return { sent, kept, logged };
}

Deno.test("sumUp() begins with what was summed up before and keeps where the summary ends", async () => {
  const { sent, kept } = await summed(begun(90, "So far.", "59"), Response.json({ data: { summary_text: "More." } }));
  deepEqual(sent[0]?.messages.slice(0, 2).map(({ speaker, text }) => [speaker, text]), [
    ["summary so far", "So far."],
    ["user", "message 60"],
  ]);
  deepEqual(kept, [{ p_org_id: "o", p_conversation_id: "c", p_summary: "More.", p_until: "79", p_after: "59" }]);
});

Deno.test("sumUp() keeps nothing where it is refused", async () => {
  const { kept, logged } = await summed(begun(40), Response.json({ code: "budget_exhausted" }, { status: 402 }));
  deepEqual([kept, logged], [[], ["chat_not_summed_up"]]);
});
