import type { Candidate, PlanLimits } from "@shared/budget/mod.ts";
import type { ChatAnswer, ChatRequest } from "@shared/providers/mod.ts";
import type { StreamPiece } from "@shared/router/mod.ts";
import type { ModelChoice } from "./model-choice.ts";

/** A JSON object. */
export type Body = Record<string, unknown>;

/** What a client asks, as far as it has to be understood before a model is chosen. */
export interface Asked {
  body: Body;
  choice: ModelChoice;
  stream: boolean;
  /** Most output tokens of one choice; null = as many as the model can. */
  maxOutputTokens: number | null;
  /** How many answers are wanted. */
  choices: number;
  /** Upper bound. */
  inputTokens: number;
  /** Capabilities a model must have. */
  needs: string[];
  /** Whether the same request is meant to give the same answer: then it may come from the cache unasked. */
  deterministic: boolean;
}

/** The parts of a provider request that a client's request translates to. */
export type Translated = Omit<ChatRequest, "model" | "maxOutputTokens" | "signal" | "onProgress"> & {
  /** Hints that change no answer and have no counterpart: named to the client in `x-signalbox-ignored`. */
  ignored?: string[];
};

/** Who answers, for what is written in the client's format. */
export interface AnswerIdentity {
  requestId: string;
  model: string;
  /** Epoch seconds. */
  created: number;
}

/** Writes a streamed answer in the client's format, piece by piece. Texts are whole events. */
export interface StreamWriter {
  piece(piece: StreamPiece): string;
  end(answer: ChatAnswer): string;
}

/** What is needed only where client and model speak different formats; loaded when it is. */
export interface Translator {
  /** @throws {AppError} `invalid_request` naming a parameter no other format can express. */
  read(asked: Asked): Translated;
  whole(answer: ChatAnswer, asked: Asked, identity: AnswerIdentity): Body;
  stream(asked: Asked, identity: AnswerIdentity): StreamWriter;
}

/** What is needed only for answers that are kept or come from the store; loaded when it is. */
export interface AnswerStore {
  /** A whole answer from the events of a stream. */
  assemble(events: Body[]): Body;
  /** The events of a whole answer. */
  replay(body: Body, asked: Asked): string;
  /** The words of a request's last question and everything around them; null where there is none, or more than words. */
  question(body: Body): { text: string; around: Body } | null;
}

/** A format that clients speak. */
export interface ClientFormat {
  name: string;
  /** Whether providers of a kind speak it too: then requests and answers pass through as they are. */
  speaks(kind: string): boolean;
  /** Where it is asked for at such a provider, below its base URL. */
  relayPath: string;
  /** Which of such a provider's formats it is; left out = the one its kind is known by. */
  relayFormat?: "responses";
  /** @param size Bytes of the body. @throws {AppError} `invalid_request`. */
  read(body: Body, size: number): Asked;
  /** The body for a provider that speaks the format: model and cap are the candidate's, all else as it came. */
  relayBody(asked: Asked, candidate: Candidate): Body;
  /** Headers by which providers that speak it tell their limits. */
  rateLimitHeaders: readonly string[];
  /** The one of them that tells how many are left. */
  remainingHeader(what: "requests" | "tokens"): string;
  /** Limits of ours, as its providers tell theirs. @param now Epoch milliseconds. */
  limitHeaders(limits: PlanLimits, now: number): Record<string, string>;
  /** What it calls the effort a model is to think with. */
  effortName: string;
  /** The client's headers that go with it. */
  relayHeaders(headers: Headers): Record<string, string>;
  /** Whether the client wants the event that carries the usage. */
  wantsUsageEvent(asked: Asked): boolean;
  translator(): Promise<Translator>;
  store(): Promise<AnswerStore>;
  errorResponse(thrown: unknown, requestId: string): Response;
  /** The last event of a stream that failed. @param passed How many events came before it. */
  errorEvent(thrown: unknown, passed: number): string;
}
