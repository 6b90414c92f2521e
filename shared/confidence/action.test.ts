import assert from "node:assert/strict";
import { chooseAction, type ConfidenceAction, levelOf } from "./action.ts";

const cases: [score: number, hasRules: boolean, action: ConfidenceAction["action"], needsReview: boolean][] = [
  [1, true, "use_ai_result", false],
  [0.7, true, "use_ai_result", false],
  [0.69, true, "fallback_to_rules", false],
  [0.5, true, "fallback_to_rules", false],
  [0.49, true, "fallback_to_rules", true],
  [0, true, "fallback_to_rules", true],
  [0.7, false, "use_ai_result", false],
  [0.69, false, "use_ai_result", true],
  [0.1, false, "use_ai_result", true],
];
for (const [score, hasRules, action, needsReview] of cases) {
  Deno.test(`chooseAction() answers ${action}, review ${needsReview}, for ${score} with${hasRules ? "" : "out"} rules`, () => {
    assert.deepEqual(chooseAction(score, 0.7, hasRules), { action, needs_review: needsReview });
  });
}

Deno.test("levelOf() names the band of a score", () => {
  const thresholds = { escalate_below: 0.7, good_from: 0.8, excellent_from: 0.9 };
  assert.deepEqual([0.9, 0.8, 0.7, 0.69].map((score) => levelOf(score, thresholds)), [
    "excellent",
    "good",
    "acceptable",
    "poor",
  ]);
});
