/**
 * Prompts from templates: variables checked, every value fenced as data.
 *
 * @module
 */
export { fence, FENCE_RULE, fenceOverheadBytes } from "./fence.ts";
export { type RenderedPrompt, renderPrompt } from "./render-prompt.ts";
