import type { ChatRequest } from "./provider.ts";

/** Below this cap thinking could use up the whole answer, so a model is told to think as little as it can. */
const smallCap = 8_000;

/** The effort a request means: its own word, else by its cap. */
export function requestedEffort({ effort, maxOutputTokens }: ChatRequest): NonNullable<ChatRequest["effort"]> {
  return effort ?? (maxOutputTokens < smallCap ? "least" : "default");
}
