import type { Language } from "@shared/http/mod.ts";

/** The assistant a turn is for, as it is configured now. */
export interface Assistant {
  id: string;
  version: number;
  name: string;
  description: string;
  personality: string;
  instructions: string;
  /** Exact id; null = the policy chooses. */
  model: string | null;
  importance: "low" | "medium" | "high";
  temperature: number;
  max_output_tokens: number;
  /** Empty = every one. */
  languages: Language[];
  tags: string[];
}

/** A message of the branch a turn continues. */
export interface Said {
  id: string;
  role: "user" | "assistant";
  content: string;
  /** Kept in the context when older turns have to leave it. */
  pinned: boolean;
}

/** What the database answers to `begin_turn`. */
export interface BegunTurn {
  org_id: string;
  conversation_id: string;
  /** Of the question. */
  user_message_id: string;
  /** Of the answer to come. */
  message_id: string;
  /** Null = the plain assistant. */
  assistant: Assistant | null;
  /** Oldest first, without the question. */
  history: Said[];
  /** `ai.context.max_tokens`. */
  max_context_tokens: number;
}
