import assert from "node:assert/strict";
import { countVotes } from "./agreement.ts";
import { voteWeight } from "./model-weight.ts";

const bars = { agree: 0.8, weighted: 0.5 };
const vote = (value: unknown, weight = 0.9, score: number | null = 0.9) => ({ value, weight, score });

Deno.test("countVotes() sees no agreement in two sure models that contradict each other", () => {
  const count = countVotes([vote("ceramic", 0.85, 0.95), vote("glass", 0.95, 0.95)], bars);
  assert.deepEqual(count, { winner: 1, share: 0, support: [0, 0], method: "flagged" });
});

Deno.test("countVotes() sees full agreement in two unsure models that say the same", () => {
  const count = countVotes([vote("ceramic", 0.7, 0.3), vote("Ceramic", 0.85, 0.4)], bars);
  assert.deepEqual(count, { winner: 1, share: 1, support: [1, 1], method: "majority" });
});

Deno.test("countVotes() lets weight decide between two and one", () => {
  const two = countVotes([vote("a", 0.7, 0.6), vote("a", 0.7, 0.6), vote("b", 1, 0.8)], bars);
  assert.deepEqual([two.method, two.winner, two.share], ["weighted", 0, 0.5]);
  const one = countVotes([vote("a", 0.7, 0.2), vote("a", 0.7, 0.2), vote("b", 1, 0.8)], bars);
  assert.deepEqual([one.method, one.winner], ["weighted", 2]);
});

Deno.test("countVotes() takes the vote closest to all others for the majority", () => {
  const value = (c: string) => ({ a: 1, b: 2, c, d: 3, e: 4 });
  const count = countVotes([vote(value("x")), vote(value("y")), vote(value("y"))], bars);
  assert.equal(count.method, "majority");
  assert.equal(count.winner, 1);
  assert.equal(count.share, 0.9);
});

Deno.test("countVotes() counts an unknown confidence as one half", () => {
  assert.equal(countVotes([vote("a", 1, null), vote("b", 1, 0.4)], bars).winner, 0);
});

const weights: [model: string, tier: "small" | "large" | "frontier", weight: number][] = [
  ["meta-llama/Llama-4-Scout-17B-16E-Instruct", "small", 0.7],
  ["claude-haiku-4-5", "small", 0.85],
  ["claude-sonnet-4-5", "large", 0.95],
  ["gpt-5", "frontier", 1],
  ["gpt-5.2", "frontier", 1],
  ["gpt-5-mini", "small", 0.8],
  ["gpt-4o", "large", 0.9],
];
for (const [model, tier, weight] of weights) {
  Deno.test(`voteWeight() gives ${model} ${weight}`, () => assert.equal(voteWeight({ model, tier }), weight));
}
