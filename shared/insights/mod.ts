/**
 * What can be told of a conversation: read under its user's rights, told by a model or by rules, kept with it.
 *
 * @module
 */
export type { Insight } from "./insight.ts";
export { insightHandler } from "./insight-handler.ts";
export { keyWords, sentencesOf } from "./key-words.ts";
export { conversationInput, linesOf, type Message, message, namesOneConversation, transcript } from "./transcript.ts";
