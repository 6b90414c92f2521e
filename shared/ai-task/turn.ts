import type { Database } from "@shared/db/mod.ts";
import type { Language } from "@shared/http/mod.ts";
import type { Message } from "@shared/providers/mod.ts";
import type { Identity } from "./call.ts";
import type { TaskOptions } from "./envelope.ts";
import type { TaskDeps } from "./task-deps.ts";

/** What a turn is made with. */
export interface TurnTools extends Pick<TaskDeps, "wait" | "now"> {
  /** The database under the rights of a user: for everything that is read and said. */
  asUser: TaskDeps["asUser"];
  /** The database under the service role: for what only the back end may write. */
  service: Database;
}

/** One call as part of something that is stored, a conversation as a rule. */
export interface Turn<Output> {
  /** The organization it belongs to. */
  orgId: string;
  /** Language of the answer. */
  language: Language;
  /** What comes into the system text after the task's own, from those who configure; never from the caller. */
  system: string;
  /** The conversation so far and the question: sent in the place of the filled template. */
  messages: Message[];
  /** Absent = the task's own. */
  temperature?: number;
  /** Absent = the task's own. */
  maxOutputTokens?: number;
  /** Used where the caller says nothing about them. */
  options: Pick<TaskOptions, "model" | "importance">;
  /** The output for a text, whole or as far as it came. */
  output(text: string, status: "complete" | "stopped"): Output;
  /** Resolves to true when somebody asked to stop; to false when the signal fires first. Never rejects. */
  stopAsked(signal: AbortSignal): Promise<boolean>;
  /** Stores how it ended, once. */
  ended(end: TurnEnd): Promise<void>;
  /** Takes it back: the call repeats an earlier one and is answered by that one's answer. */
  dropped(): Promise<void>;
}

/** How a turn ended. */
export interface TurnEnd {
  /** `stopped`: on request, or because the client went away. */
  status: "complete" | "stopped" | "failed";
  /** What the caller has got; `""` for nothing. */
  text: string;
  provider: string | null;
  model: string | null;
  /** Output tokens of all calls; null when none was counted. */
  tokens: number | null;
  /** Null unless failed. */
  errorCode: string | null;
}

/** Something a caller asks for that is not an answer. Gets the whole body; its result is sent as `data`. */
export type TaskAction = (body: unknown, identity: Identity, tools: TurnTools) => Promise<unknown>;
