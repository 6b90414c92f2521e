/**
 * How far an answer can be trusted, computed from the answer itself: four factors, one score, one action.
 *
 * @module
 */
export { type Confidence, scoreConfidence } from "./score.ts";
export { filledFields } from "./checks.ts";
export { chooseAction, levelOf } from "./action.ts";
