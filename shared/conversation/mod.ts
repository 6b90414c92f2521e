/**
 * Conversations with assistants: a turn of one, what the model is told of it, and how it is stopped.
 *
 * @module
 */
export { chatTurn } from "./chat-turn.ts";
export { fitContext } from "./context-window.ts";
export { chatInput, chatOutput } from "./schemas.ts";
export { decideCall } from "./decide-call.ts";
export { resumeTurn } from "./resume-turn.ts";
export { stopTurn } from "./stop-turn.ts";
