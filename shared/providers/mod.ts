/**
 * Model vendors behind one face.
 *
 * @module
 */
export {
  type ChatAnswer,
  type ChatRequest,
  type ChatStreamEvent,
  type ContentPart,
  type EmbeddingAnswer,
  type EmbeddingRequest,
  type FinishReason,
  type JsonSchema,
  type Message,
  type Provider,
  ProviderError,
  type ProviderErrorKind,
  type Tool,
  type ToolCall,
} from "./provider.ts";
