import type { Admission } from "@shared/budget/mod.ts";
import type { Language } from "@shared/messages/mod.ts";
import type { RegisteredTool } from "@shared/tools/mod.ts";
import type { Attachment } from "./attachments.ts";

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
  /** Names of the tools it may call. */
  tools: string[];
  /** Where its knowledge search looks; empty = everything the user may read. */
  knowledge_bases: string[];
  /** Assistants it may hand the conversation over to. */
  hand_off_to: string[];
  mode: "chat" | "agent";
  /** Most rounds of tool calls in one answer. */
  max_steps: number;
  /** Seconds after which an answer must come to its end. */
  max_seconds: number;
  /** US dollars of one answer; null = only the budgets limit it. */
  max_cost_usd: number | null;
}

/** A message of the branch a turn continues. */
export interface Said {
  id: string;
  role: "user" | "assistant";
  content: string;
  /** Kept in the context when older turns have to leave it. */
  pinned: boolean;
  /** ISO time it was said. */
  at: string;
  /** What was sent along. Absent = nothing. */
  attachments?: Attachment[];
}

/** Something that is remembered of the user. */
export interface Memory {
  id: string;
  text: string;
  /** ISO time it was learned; null = unknown. */
  at: string | null;
}

/** A tool call of an answer that waited for its user. */
export interface TurnStep {
  id: string;
  /** Calls of one step were asked for together. */
  step: number;
  /** What the model said before it called, with the first call of the step. */
  said: string;
  call_id: string;
  name: string;
  arguments: string;
  status: "approved" | "denied" | "running" | "succeeded" | "failed";
  result: string | null;
  code: string | null;
}

/** An agent's work over several requests, as far as it has come. */
export interface BegunRun {
  id: string;
  job_id: string;
  language: Language;
  /** US dollars of the requests before. */
  spent_usd: number;
  /** Milliseconds the requests before worked. */
  active_ms: number;
  /** Number of the last event that is kept. */
  events: number;
  /** Whether the request before was lost while it worked. */
  lost: boolean;
  /** Whether the request before ran out of time while the model answered. Absent = it did not. */
  cut?: boolean;
  /** Whether it was asked to stop before this request began. */
  stop_asked: boolean;
  /** How long this request may work before it hands over, milliseconds. */
  slice_ms: number;
}

/** What the database gives a turn to go on from. */
export interface BegunTurn {
  org_id: string;
  user_id: string;
  conversation_id: string;
  /** Of the question. */
  user_message_id: string;
  /** Of the answer to come. */
  message_id: string;
  /** Whether the answer goes on that waited for its user. */
  resumed: boolean;
  question: string;
  /** What came along with it. */
  attachments: Attachment[];
  /** Null = the plain assistant. */
  assistant: Assistant | null;
  /** Those it may hand over to, as far as the user sees them. */
  colleagues: Assistant[];
  /** Oldest first, without the question. */
  history: Said[];
  /** What was said before the history that fits, in few words; null = nothing yet. */
  summary: string | null;
  /** The last message the summary tells of. */
  summary_until: string | null;
  /** Whether something others wrote has come into the conversation before. Absent = nothing has. */
  tainted?: boolean;
  /** Best first. */
  memories: Memory[];
  /** Those of the assistant and its colleagues that this user may use. */
  tools: RegisteredTool[];
  /** What was called before, where the answer waited for its user. */
  steps?: TurnStep[];
  /** The run it is a request of. Null or absent = it ends with this request. */
  run?: BegunRun | null;
  /** `ai.context.max_tokens`. */
  max_context_tokens: number;
  /** Upper bound of the input tokens that admission counted. */
  admitted_tokens: number;
}

/** What `begin_chat` answers. */
export interface BegunChat {
  turn: Omit<BegunTurn, "history">;
  history: Said[];
  admission: Admission;
}
