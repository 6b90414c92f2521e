/**
 * How far an answer can be trusted, computed from the answer itself: four factors, one score, one action.
 *
 * @module
 */
export { type Checks, type Confidence, type FactorName, scoreConfidence, WEIGHTS } from "./score.ts";
export { meanTokenProbability, type ModelConfidence, modelConfidence } from "./model-confidence.ts";
export { filledFields, shareOfPassed } from "./checks.ts";
export type { Check } from "./checks.ts";
export { chooseAction, type ConfidenceAction, levelOf, REVIEW_BELOW } from "./action.ts";
export { roundHalfUp } from "./round.ts";
