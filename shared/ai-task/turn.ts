import type { Admission, AdmissionRequest, Plan } from "@shared/budget/mod.ts";
import type { Database } from "@shared/db/mod.ts";
import type { ServerSentEvent } from "@shared/http/mod.ts";
import type { Language } from "@shared/messages/mod.ts";
import type { ChatAnswer, Message, Tool } from "@shared/providers/mod.ts";
import type { Following, SoFar } from "@shared/router/mod.ts";
import type { Identity, TaskCall } from "./call.ts";
import type { KeptEvent } from "./kept-event.ts";
import type { TaskDeps } from "./task-deps.ts";

/** What a turn is made with. */
export interface TurnTools extends Pick<TaskDeps, "wait" | "now" | "waitUntil" | "log"> {
  /** The database under the rights of a user: for everything that is read and said. */
  asUser: TaskDeps["asUser"];
  /** The database under the service role: for what only the back end may write. */
  service: Database;
}

/** What beginning a turn gave: its admission, and the turn itself when it was admitted. */
export type TurnStart<Output> =
  | { admission: Exclude<Admission, { outcome: "admitted" }>; turn: null }
  | { admission: Extract<Admission, { outcome: "admitted" }>; turn: Turn<Output> };

/**
 * Begins a turn: stores the question, reads what it goes on from and asks for admission, in one round trip to the database.
 *
 * @param request What admission is asked for, as far as the call tells; the turn adds what it reads.
 */
export type BeginTurn<Input, Output> = (
  call: TurnCall<Input>,
  request: AdmissionRequest,
  tools: TurnTools,
) => Promise<TurnStart<Output>>;

/** What a turn needs of a call. */
export type TurnCall<Input> = Omit<TaskCall<Input>, "idempotencyKey" | "body">;

/** What the model is told. */
export interface TurnPrompt {
  /** Comes into the system text after the task's own, from those who configure; never from the caller. */
  system: string;
  /** The conversation so far and the question: sent in the place of the filled template. */
  messages: Message[];
  /** What the model may call; none = it only answers. */
  tools: Tool[];
}

/** Where a turn says what happens beside the model's words. */
export interface TurnStage {
  /** Sends an event to whoever listens; does nothing where the answer is wanted whole. */
  emit(event: "tool_result" | "citation", data: unknown): Promise<void>;
  /** Aborts when nobody waits any more, and when somebody asked to stop. */
  signal: AbortSignal;
  /** The system text of the task, for an assistant that takes over. */
  systemWith(own: string): string;
}

/** One call as part of something that is stored, a conversation as a rule. */
export interface Turn<Output> {
  /** The organization it belongs to. */
  orgId: string;
  /** Language of the answer. */
  language: Language;
  /** Absent = the task's own. */
  temperature?: number;
  /** Absent = the task's own. */
  maxOutputTokens?: number;
  /** For whom it is, where the caller only passes it on; absent = for the caller. */
  identity?: Identity;
  /** The job it is part of, where the turn says so. */
  jobId?: string;
  /** Number of the last event that is kept of it already. Absent = none. */
  eventsBefore?: number;
  /** Whether nobody listens: the caller has an answer at once, and the work goes on behind it. */
  detached?: boolean;
  /** What had been said and has to be said again, because who listens may not have heard it so. Absent = it stands. */
  again?: string;
  /** Milliseconds it is written on at least when its client has gone. Absent = as `ai.chat.client_grace` says. */
  graceMs?: number;
  /** Upper bound of the input tokens that was admitted, the task's own prompt not counted. */
  admittedTokens: number;
  /**
   * Puts together what the model is told, once it is known which model that is.
   *
   * @throws {AppError} What the request then fails with; nothing has been spent.
   */
  prepare(plan: Plan, stage: TurnStage): Promise<TurnPrompt>;
  /** Carries out the tool calls of an answer. Never throws. */
  follow(answer: ChatAnswer, soFar: SoFar, stage: TurnStage): Promise<Following<Output>>;
  /** The output for a text, whole or as far as it came. */
  output(text: string, status: "complete" | "stopped" | "continues"): Output;
  /** Whether what failed so is left to a later request: then its caller is told of no failure. Absent = nothing is. */
  goesOn?(errorCode: string): boolean;
  /** Resolves to true when somebody asked to stop; to false when the signal fires first. Never rejects. */
  stopAsked(signal: AbortSignal): Promise<boolean>;
  /** Keeps an event of the stream for a client that comes back. */
  keep(event: KeptEvent): void;
  /** Writes what is kept and not written yet. Never rejects. */
  flush(): Promise<void>;
  /** Stores how it ended, once, however often it is called: it is called again where it failed. */
  ended(end: TurnEnd): Promise<void>;
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
  /** US dollars of all calls, decimal string. */
  costUsd: string;
  /** Milliseconds since the request came in. */
  elapsedMs: number;
}

/**
 * The rest of a turn's stream, for a client that comes back.
 *
 * @param asked As in the address and the `Last-Event-ID` header; not checked yet.
 * @throws {AppError} `invalid_request`, `not_found` for a turn that is not the caller's.
 */
export type ResumeTurn = (
  asked: { request_id: string | null; after: string | null },
  identity: Identity,
  tools: TurnTools,
  signal: AbortSignal,
) => Promise<AsyncIterable<ServerSentEvent>>;

/** Something a caller asks for that is not an answer. Gets the whole body; its result is sent as `data`. */
export type TaskAction = (body: unknown, identity: Identity, tools: TurnTools) => Promise<unknown>;
