import type { CallPurpose, CallRecord } from "@shared/ai-logger/mod.ts";
import type { Candidate, Plan } from "@shared/budget/mod.ts";
import { addUsd, boundUsd } from "@shared/pricing/mod.ts";
import { type ChatAnswer, type Message, requestTokenBound } from "@shared/providers/mod.ts";
import { type RequestSettings, requestSettings } from "@shared/settings/mod.ts";
import type { Ask, Following, RouterTools, StreamPiece, Verdict } from "./ask.ts";
import { type AttemptEnd, makeAttempt } from "./attempt.ts";
import { recordCostUsd } from "./call-record.ts";
import { Continuation, joinContinued } from "./continuation.ts";
import { MOST_ATTEMPTS } from "./decide.ts";
import { deadlinePassed, nobodyToAsk, notCovered, type RouteFailure } from "./failure.ts";
import { Purse } from "./purse.ts";
import { Route } from "./route.ts";

/** Tokens of an answer that models write within `ai.request.timeout` as it is by default, at fifty a second. */
const TOKENS_IN_TIME = 1_500;

/** The next attempt. */
export interface Step {
  candidate: Candidate;
  purpose: CallPurpose;
  chat: Ask<unknown>["chat"];
  /** Upper bound of the tokens of what `chat` holds beyond the ask's own. */
  extraTokens: number;
  /** Text of a broken stream that this attempt continues; `""` = from the start. */
  prefix: string;
  /** Beyond the candidate's learned bound: as long as the task allows. */
  full?: boolean;
}

/** A usable answer. */
export interface Answered<Output> {
  candidate: Candidate;
  answer: ChatAnswer;
  verdict: Verdict<Output> & { valid: true };
}

/** One request on its way: what was tried, what it cost, what is known so far. */
export class Trip<Output> {
  readonly settings: RequestSettings;
  readonly route: Route;
  readonly purse: Purse;
  readonly calls: CallRecord[] = [];
  /** In words, for the log: one entry a decision. */
  readonly decisions: string[] = [];
  best: Answered<Output> | null = null;
  /** What stands in the way as long as there is no answer. */
  failure: RouteFailure = nobodyToAsk();
  escalations = 0;
  repaired = false;
  /** Whether the caller has seen pieces that still count. */
  piecesOut = false;
  /** Whether the caller has ever seen pieces. */
  streamed = false;
  /** An answer that others to the same question contradict, or that has nobody beside it where several were wanted. */
  disputed: Answered<Output> | null = null;
  /** What is asked now: it grows with every answer that called tools, and may have to be shortened. */
  chat: Ask<unknown>["chat"];
  /** How often it was shortened. */
  shortened = 0;
  /** What the model said beside the tool calls before; part of the answer. */
  said = "";
  readonly #failures = new Map<Candidate, number>();
  #attempts = 0;
  /** Upper bound of the tokens that admission did not count. */
  #grownTokens: number;
  /** How many answers called tools: each of them asked another question. */
  #follows = 0;
  #refusal: RouteFailure | null = null;

  constructor(readonly plan: Plan, readonly ask: Ask<Output>, readonly tools: RouterTools) {
    this.settings = requestSettings(plan.settings);
    this.chat = ask.chat;
    this.#grownTokens = ask.extraTokens ?? 0;
    this.route = new Route(plan.candidates, ask.inOrder);
    this.purse = new Purse(plan.hold_usd, async (amountUsd) => {
      const extension = await tools.extend(amountUsd);
      if (!extension.granted) this.#refusal = notCovered(extension.code, extension.detail);
      return extension;
    }, plan.thresholds.max_cost_usd ?? null);
  }

  /** Milliseconds until the deadline. */
  get leftMs(): number {
    return this.ask.deadline - this.tools.now();
  }

  /** A step that asks a candidate from the start. */
  step(candidate: Candidate, purpose: CallPurpose): Step {
    return { candidate, purpose, chat: this.chat, extraTokens: this.#grownTokens, prefix: "" };
  }

  /** Goes on after an answer that called tools: every later step is asked with what followed it. */
  grow(
    answer: ChatAnswer,
    { messages, instead = answer, change = {} }: Extract<Following<Output>, { next: "ask" }>,
  ): void {
    const { text, toolCalls } = instead;
    const added: Message[] = [{ role: "assistant", content: text, toolCalls }, ...messages];
    this.chat = { ...this.chat, ...change, messages: [...this.chat.messages, ...added] };
    // What is replaced was counted once; the bound takes both.
    const { system = null, tools = [] } = change;
    this.#grownTokens += requestTokenBound({ system, messages: added, tools });
    this.#follows++;
    // A new question: whoever failed before may well answer it.
    this.#failures.clear();
  }

  /** Writes down what was decided about a candidate, and why. */
  note({ provider, model }: Candidate, what: string): void {
    this.decisions.push(`${provider}/${model}: ${what}`);
  }

  /** Counts a failure of a candidate; returns how many in a row it has now. */
  countFailure(candidate: Candidate): number {
    const failures = (this.#failures.get(candidate) ?? 0) + 1;
    this.#failures.set(candidate, failures);
    return failures;
  }

  /** Whether a candidate that has failed may be asked once more. */
  mayRetry(candidate: Candidate): boolean {
    return (this.#failures.get(candidate) ?? 0) <= this.settings.retryCount;
  }

  /** Whether a candidate has been asked and failed before. */
  hasFailed(candidate: Candidate): boolean {
    return this.#failures.has(candidate);
  }

  /**
   * Makes an attempt that the hold covers.
   *
   * @returns `uncovered` when its money is refused, `spent` when no retry is left for its provider, `over` when there is no time or
   * attempt left; in all of these nothing was called.
   */
  async make(step: Step): Promise<AttemptEnd | "uncovered" | "spent" | "over"> {
    if (this.ask.signal.aborted) return "over";
    if (this.leftMs <= 0 || this.#attempts >= MOST_ATTEMPTS + this.#follows) {
      if (this.leftMs <= 0) this.failure = deadlinePassed();
      return "over";
    }
    if (!this.#mayAsk(step)) return "spent";
    const worstUsd = this.#worstUsd(step);
    if (!await this.purse.reserve(worstUsd)) {
      if ((this.#attempts === 0 || step.purpose === "tool") && this.#refusal !== null) this.failure = this.#refusal;
      return "uncovered";
    }
    const end = await this.#attempt(step);
    this.purse.settle(worstUsd, recordCostUsd(end.record, step.candidate));
    return end;
  }

  async #attempt(step: Step): Promise<AttemptEnd> {
    const { settings } = this;
    // Taken before the call, so that calls made side by side have numbers of their own.
    const number = ++this.#attempts;
    const onPiece = this.#pieces(step);
    const candidate = candidateOf(step);
    const end = await makeAttempt({
      attempt: number,
      purpose: step.purpose,
      candidate,
      chat: step.chat,
      inputTokens: this.ask.inputTokens + step.extraTokens - (this.ask.extraTokens ?? 0),
      limits: {
        // What is being said is no hanging call: a long answer would be withdrawn and paid for again, by nobody who is faster.
        totalMs: onPiece === null ? Math.min(wholeMs(candidate, settings.attemptTimeoutMs), this.leftMs) : this.leftMs,
        firstTokenMs: Math.min(settings.firstTokenTimeoutMs, this.leftMs),
        idleMs: Math.min(settings.idleTimeoutMs, this.leftMs),
      },
      signal: this.ask.signal,
      onPiece,
    }, this.tools);
    this.calls.push(end.record);
    if (end.error !== null || step.prefix === "") return end;
    return { ...end, answer: { ...end.answer, text: joinContinued(step.prefix, end.answer.text) } };
  }

  /** Asking again what has failed in passing is what the budget of retries is for. */
  #mayAsk({ candidate, purpose }: Step): boolean {
    const { retries } = this.tools;
    if (retries === undefined) return true;
    if (this.hasFailed(candidate) && (purpose === "retry" || purpose === "restart")) {
      return retries.spend(candidate.provider);
    }
    retries.earn(candidate.provider);
    return true;
  }

  #worstUsd(step: Step): string {
    const candidate = candidateOf(step);
    const { extraTokens } = step;
    if (extraTokens === 0) return candidate.worst_cost_usd;
    return addUsd(
      candidate.worst_cost_usd,
      boundUsd(candidate.price, { inputTokens: extraTokens, outputTokens: 0 }),
    );
  }

  #pieces(step: Step): ((piece: StreamPiece) => void | Promise<void>) | null {
    const sink = this.ask.stream;
    if (sink === null || step.purpose === "consensus") return null;
    const continued = new Continuation(step.prefix);
    return (piece) => {
      const visible = continued.piece(piece);
      if (visible === null) return;
      this.piecesOut = true;
      this.streamed = true;
      return sink.piece(visible, step.candidate);
    };
  }
}

/** How long a whole answer may take: as much longer than usual as it may be longer. */
function wholeMs({ max_output_tokens }: Candidate, attemptTimeoutMs: number): number {
  return Math.round(attemptTimeoutMs * Math.max(1, max_output_tokens / TOKENS_IN_TIME));
}

/** The candidate as this step asks it. */
function candidateOf({ candidate, full = false }: Step): Candidate {
  const { full_output_tokens, full_cost_usd, ...bounded } = candidate;
  if (!full || full_output_tokens === undefined || full_cost_usd === undefined) return candidate;
  return { ...bounded, max_output_tokens: full_output_tokens, worst_cost_usd: full_cost_usd };
}
