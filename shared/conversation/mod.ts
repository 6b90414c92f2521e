/**
 * Conversations with assistants: a turn of one, what the model is told of it, and how it is stopped.
 *
 * @module
 */
export { chatTurn } from "./chat-turn.ts";
export { type Context, type ContextWishes, fitContext } from "./context-window.ts";
export { type ChatInput, chatInput, type ChatOutput, chatOutput } from "./schemas.ts";
export { decideCall } from "./decide-call.ts";
export { resumeTurn } from "./resume-turn.ts";
export { stopTurn } from "./stop-turn.ts";
