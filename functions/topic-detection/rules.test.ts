import assert from "node:assert/strict";
import { topicsByRules } from "./rules.ts";

const said = (...texts: string[]) => ({
  earlier: null,
  messages: texts.map((text, place) => ({ index: place + 1, speaker: "user", text, said_at: null })),
});

Deno.test("topicsByRules() finds what a conversation keeps coming back to, and where", () => {
  const { topics } = topicsByRules(
    said("Slate tiles for the bathroom?", "Slate costs 58 euros.", "And slate outdoors?"),
  );
  const [first] = topics;
  assert.equal(first?.topic.toLowerCase(), "slate");
  assert.deepEqual([first?.message_indices, first?.category], [[1, 2, 3], "business"]);
});

Deno.test("topicsByRules() tells kinds of talk apart in several languages", () => {
  const kinds = ["Die Heizung ist kaputt, Heizung bitte reparieren", "Mon anniversaire, anniversaire en famille"].map((
    text,
  ) => topicsByRules(said(text)).topics[0]?.category);
  assert.deepEqual(kinds, ["support", "personal"]);
});

Deno.test("topicsByRules() finds nothing where nothing is said", () => {
  assert.deepEqual(topicsByRules(said("ok ok ok")).topics, []);
});
