/**
 * The router: gets a request answered by the right model, whatever the providers do.
 *
 * @module
 */
export type { Ask, Following, SoFar, StreamPiece, StreamSink, Verdict } from "./ask.ts";
export { type EmbeddedItems, type EmbeddingItem, embedItems } from "./embed-items.ts";
export { nothingCalled } from "./nothing-called.ts";
export { RetryBudget } from "./retry-budget.ts";
export { routerTools } from "./router-tools.ts";
export { type RouteResult, run } from "./run.ts";
export { transcribe, type TranscriptionAsk, type TranscriptionResult } from "./transcribe.ts";
export type { Answered } from "./trip.ts";
export { wait } from "./wait.ts";
