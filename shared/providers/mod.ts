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
  type FinishReason,
  type JsonSchema,
  type Message,
  type PartialAnswer,
  type Provider,
  ProviderError,
  type ProviderErrorKind,
  type SpeechSegment,
  type StreamProgress,
  type Tool,
  type ToolCall,
  type TranscriptionAnswer,
  type TranscriptionRequest,
} from "./provider.ts";
export { type ProviderRow, reachProvider, type ReachTools } from "./reach-provider.ts";
export {
  openRelay,
  type Relay,
  type RelayAnswer,
  type RelayPiece,
  type RelayRequest,
  type RelaySink,
} from "./relay.ts";
export { type BoundedRequest, requestTokenBound, tokensPerImage } from "./request-bound.ts";
export { thinksUnseen } from "./thinks-unseen.ts";
export { type VaultKeys, vaultKeys } from "./vault-keys.ts";
export { type VendorRefusal, vendorRefusal } from "./vendor-refusal.ts";
export { type AttemptLimits, type Timers, withLimits } from "./with-limits.ts";
