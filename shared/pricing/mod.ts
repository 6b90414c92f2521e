/**
 * Token usage and exact cost arithmetic.
 *
 * @module
 */
export { boundUsd, costUsd } from "./cost.ts";
export { exactChatTokens, exactTokens } from "./exact-tokens.ts";
export { messageOverheadTokens, tokensForTools, tokensPerRequest } from "./message-overhead.ts";
export { sumCounts } from "./sum-counts.ts";
export { tokenBound, type Tokenizer } from "./token-bound.ts";
export { addUsd, compareUsd, convert, subtractUsd } from "./usd.ts";
export type { Price, Usage } from "./usage.ts";
