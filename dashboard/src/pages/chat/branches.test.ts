import assert from "node:assert/strict";
import type { Message } from "../../api/conversations.ts";
import { branchOf } from "./branches.ts";
import { messageOf } from "./message.fixture.ts";

/** Messages of a conversation as `id` or `id<parent`, in the order of writing. */
function conversation(...written: string[]): Message[] {
  return written.map((text, index) => {
    const [id = "", parent] = text.split("<");
    return messageOf(id, parent ?? null, index + 1);
  });
}

const ids = (messages: Message[], at: string | null) => branchOf(messages, at).map(({ message }) => message.id);

Deno.test("branchOf shows the branch of the newest message when none is named, or an unknown one", () => {
  const messages = conversation("q1", "a1<q1", "q2<a1", "a2<q2", "q3<a1", "a3<q3");
  assert.deepEqual(ids(messages, null), ["q1", "a1", "q3", "a3"]);
  assert.deepEqual(ids(messages, "nowhere"), ["q1", "a1", "q3", "a3"]);
  assert.deepEqual(ids([], null), []);
});

Deno.test("branchOf goes from a message to the end that was written last below it", () => {
  const messages = conversation("q1", "a1<q1", "q2<a1", "a2<q2", "a3<q2", "q4<a2", "a4<q4", "q5<a1");
  assert.deepEqual(ids(messages, "q2"), ["q1", "a1", "q2", "a2", "q4", "a4"]);
  assert.deepEqual(ids(messages, "a3"), ["q1", "a1", "q2", "a3"]);
});

Deno.test("branchOf names the alternatives of a message, the first question's too", () => {
  const messages = conversation("q1", "a1<q1", "q2", "a2<q2", "a3<q2");
  assert.deepEqual(branchOf(messages, null).map(({ alternatives }) => alternatives), [["q1", "q2"], ["a2", "a3"]]);
});
