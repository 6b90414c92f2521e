/**
 * Model vendors behind one face: one attempt, one answer, one kind of error.
 *
 * @module
 */
export { heedsEffort, omittedParameters } from "./omitted-parameters.ts";
export { takesDimensions } from "./openai-embeddings.ts";
export { outputLimitName } from "./output-limit-name.ts";
export { openProvider, type ProviderConfiguration, type ProviderKind } from "./open-provider.ts";
export { probeProvider } from "./probe-provider.ts";
export {
  type ChatAnswer,
  type ChatRequest,
  type ChatStreamEvent,
  type ContentPart,
  type EmbeddingAnswer,
  type EmbeddingRequest,
  type EmbeddingText,
  type JsonSchema,
  type Message,
  type Provider,
  ProviderError,
  type ProviderErrorKind,
  type SpeechSegment,
  type Tool,
  type ToolCall,
  type TranscriptionAnswer,
  type TranscriptionRequest,
} from "./provider.ts";
export { type ProviderRow, reachProvider, type ReachTools } from "./reach-provider.ts";
export { openRelay, type Relay, type RelayPiece, type RelayRequest, type RelaySink } from "./relay.ts";
export { requestTokenBound, tokensPerImage } from "./request-bound.ts";
export { thinksUnseen } from "./thinks-unseen.ts";
export { vaultKeys } from "./vault-keys.ts";
export { vendorRefusal } from "./vendor-refusal.ts";
export { type AttemptLimits, withLimits } from "./with-limits.ts";
