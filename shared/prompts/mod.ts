/**
 * Prompts from templates: variables checked, every value fenced as data.
 *
 * @module
 */
export { fence, FENCE_RULE, fenceOverheadBytes } from "./fence.ts";
export { placeholdersOf } from "./placeholders.ts";
export { PromptError } from "./prompt-error.ts";
export { type PromptParts, type RenderedPrompt, renderPrompt } from "./render-prompt.ts";
