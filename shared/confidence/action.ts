/** What becomes of an answer with this confidence. */
export interface ConfidenceAction {
  action: "use_ai_result" | "fallback_to_rules";
  needs_review: boolean;
}

/** Below this score a person should look, whatever answers in the end. */
const REVIEW_BELOW = 0.5;

/**
 * What to do with a judged answer: from `useFrom` on use it; below, the rules answer; below {@linkcode REVIEW_BELOW} somebody looks.
 * Without rules a weak answer is used all the same, and always flagged.
 *
 * @param useFrom The policy's threshold for the task, 0.7 unless it says otherwise.
 */
export function chooseAction(score: number, useFrom: number, hasRules: boolean): ConfidenceAction {
  if (score >= useFrom) return { action: "use_ai_result", needs_review: false };
  if (!hasRules) return { action: "use_ai_result", needs_review: true };
  return { action: "fallback_to_rules", needs_review: score < REVIEW_BELOW };
}

/** The score in a word, by the policy's thresholds of the task. */
export function levelOf(
  score: number,
  thresholds: { escalate_below: number; good_from: number; excellent_from: number },
): "excellent" | "good" | "acceptable" | "poor" {
  if (score >= thresholds.excellent_from) return "excellent";
  if (score >= thresholds.good_from) return "good";
  return score >= thresholds.escalate_below ? "acceptable" : "poor";
}
