/** Vendors the stand-in plays. */
export type ProviderName = "openai" | "anthropic" | "together";

/** JSON as it was sent. */
export type Json = Record<string, unknown>;

/** A tool the request offers. */
export interface OfferedTool {
  name: string;
  description: string;
  parameters: Json;
}

/** One turn of the conversation; images appear in its text as what can be read of them. */
export type Turn =
  | { role: "user"; text: string; images: number }
  | { role: "assistant"; text: string; calls: { id: string; name: string; input: unknown }[] }
  | { role: "tool"; callId: string; text: string };

/** A request for an answer, the same whatever wire format it came in. */
export interface Prompt {
  provider: ProviderName;
  model: string;
  system: string;
  turns: Turn[];
  /** What the answer must match; null for free text. */
  schema: Json | null;
  /** Whether any JSON object is asked for although no schema was given. */
  jsonObject: boolean;
  tools: OfferedTool[];
  toolChoice: "auto" | "none" | "required" | { name: string };
  /** Cap of the answer in tokens; null when the request has none. */
  maxTokens: number | null;
  stop: string[];
  logprobs: boolean;
  /** How many answers are wanted; left out = one. They are all the same. */
  choices?: number;
  stream: boolean;
}

/** What a model answers, before any wire format. */
export interface Answer {
  text: string;
  calls: { name: string; arguments: string }[];
  /** How sure the model is, 0..1; shows in log-probabilities and in fields that ask for it. */
  confidence: number;
}
