import type { CallPurpose, CallRecord } from "@shared/ai-logger/mod.ts";
import type { Candidate, Plan } from "@shared/budget/mod.ts";
import { boundUsd } from "@shared/pricing/mod.ts";
import { ProviderError } from "@shared/providers/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import type { RouterTools } from "./ask.ts";
import { asProviderError } from "./attempt.ts";
import { backoffMs } from "./backoff.ts";
import { answeredRecord, type AnswerFacts, failedRecord, recordCostUsd } from "./call-record.ts";
import { decide, MOST_ATTEMPTS } from "./decide.ts";
import { deadlinePassed, nobodyToAsk, notCovered, providerFailure, type RouteFailure } from "./failure.ts";
import { Purse } from "./purse.ts";
import { Route } from "./route.ts";

/** A call whose answer is not judged: vectors, words that were heard. */
export interface PlainCall<Answer> {
  purpose: CallPurpose;
  /** The most it can use. */
  bounds: { inputTokens: number; outputTokens: number; audioMs?: number };
  /** For whoever is told that the money does not reach. */
  uncovered: string;
  perform(candidate: Candidate, leftMs: number): Promise<{ answer: Answer; facts: Omit<AnswerFacts, "finishReason"> }>;
}

/** How a request ended whose answers are not judged. */
export interface PlainResult {
  /** Who answered; null when nobody did. */
  candidate: Candidate | null;
  /** Null when everything asked for is there. */
  failure: RouteFailure | null;
  /** Nobody waits for the answer any more. */
  cancelled: boolean;
  calls: CallRecord[];
  /** US dollars, decimal string. */
  costUsd: string;
  fellBack: boolean;
}

/** The calls of one request that asks until somebody answers: retried, passed on, paid for and written down. */
export class PlainTrip {
  readonly #calls: CallRecord[] = [];
  /** Who is asked, or answered last; null when nobody is left. */
  #candidate: Candidate | null;
  #failure: RouteFailure = nobodyToAsk();
  readonly #ask: { signal: AbortSignal; deadline: number };
  readonly #tools: RouterTools;
  readonly #route: Route;
  readonly #purse: Purse;
  readonly #retryCount: number;
  readonly #failures = new Map<Candidate, number>();
  /** How many calls may have been made when the answer is there. */
  #mostCalls = 0;

  constructor(
    plan: Plan,
    ask: { signal: AbortSignal; deadline: number },
    tools: RouterTools,
    { candidates, heldUsd }: { candidates: readonly Candidate[]; heldUsd: string },
  ) {
    this.#ask = ask;
    this.#tools = tools;
    this.#retryCount = requestSettings(plan.settings).retryCount;
    this.#route = new Route(candidates);
    this.#candidate = this.#route.first();
    this.#purse = new Purse(heldUsd, tools.extend);
  }

  /** How it ended, when so much of what was asked for is there. */
  result(got: "all" | "part" | "nothing"): PlainResult {
    return {
      candidate: got === "nothing" ? null : this.#candidate,
      failure: got === "all" ? null : this.#failure,
      cancelled: this.#ask.signal.aborted,
      calls: this.#calls,
      costUsd: this.#purse.spentUsd,
      fellBack: this.#calls.some(({ purpose }) => purpose === "fallback"),
    };
  }

  /** The first answer that somebody gives; null when it failed for good, and then {@linkcode result} says why. */
  async answered<Answer>(call: PlainCall<Answer>): Promise<Answer | null> {
    let purpose = call.purpose;
    // A new question: whoever failed before may well answer it.
    this.#failures.clear();
    this.#mostCalls = this.#calls.length + MOST_ATTEMPTS;
    if (this.#candidate === null && this.#calls.length === 0) {
      this.#failure = nobodyToAsk(await this.#tools.breakerWait?.());
    }
    while (this.#candidate !== null) {
      const candidate: Candidate = this.#candidate;
      const outcome = await this.#attempt(candidate, call, purpose);
      if (outcome === "over") return null;
      if (!(outcome instanceof ProviderError)) return outcome.answer;
      purpose = await this.#moveOn(candidate, outcome);
    }
    return null;
  }

  async #attempt<Answer>(
    candidate: Candidate,
    call: PlainCall<Answer>,
    purpose: CallPurpose,
  ): Promise<{ answer: Answer } | "over" | ProviderError> {
    if (this.#ask.signal.aborted || this.#calls.length >= this.#mostCalls) return "over";
    if (this.#leftMs <= 0) {
      this.#failure = deadlinePassed();
      return "over";
    }
    const worstUsd = boundUsd(candidate.price, call.bounds);
    if (!await this.#purse.reserve(worstUsd)) {
      this.#failure = notCovered("budget_exhausted", call.uncovered);
      return "over";
    }
    if (purpose !== "retry") this.#tools.retries?.earn(candidate.provider);
    return await this.#perform(candidate, call, { purpose, worstUsd });
  }

  async #perform<Answer>(
    candidate: Candidate,
    call: PlainCall<Answer>,
    { purpose, worstUsd }: { purpose: CallPurpose; worstUsd: string },
  ): Promise<{ answer: Answer } | ProviderError> {
    const startedAt = this.#tools.now();
    const { inputTokens, outputTokens, audioMs } = call.bounds;
    const facts = () => ({
      attempt: this.#calls.length + 1,
      purpose,
      candidate: { ...candidate, max_output_tokens: outputTokens },
      startedAt,
      endedAt: this.#tools.now(),
      firstTokenAt: null,
      inputTokens,
      ...(audioMs === undefined ? {} : { audioMs }),
    });
    try {
      const { answer, facts: said } = await call.perform(candidate, this.#leftMs);
      this.#book(answeredRecord(facts(), { ...said, finishReason: null }), candidate, worstUsd);
      return { answer };
    } catch (thrown) {
      const error = asProviderError(thrown, this.#ask.signal);
      this.#book(failedRecord(facts(), error, outputTokens === 0 ? "" : null), candidate, worstUsd);
      return error;
    }
  }

  /** Milliseconds until the deadline. */
  get #leftMs(): number {
    return this.#ask.deadline - this.#tools.now();
  }

  #book(record: CallRecord, candidate: Candidate, worstUsd: string): void {
    this.#calls.push(record);
    this.#purse.settle(worstUsd, recordCostUsd(record, candidate));
  }

  /** Points to the candidate to ask next, or to none, and says what asking it is. */
  async #moveOn(candidate: Candidate, error: ProviderError): Promise<CallPurpose> {
    const failures = (this.#failures.get(candidate) ?? 0) + 1;
    this.#failures.set(candidate, failures);
    this.#failure = providerFailure(error);
    const { retryAfterMs, kind } = error;
    const leftMs = this.#leftMs;
    const decision = decide(
      { kind, retryAfterMs, failures, retryCount: this.#retryCount, haveAnswer: false, leftMs },
      this.#tools.random,
    );
    const again = decision.next === "retry" && this.#tools.retries?.spend(candidate.provider) !== false;
    if (again) {
      await this.#tools.wait(decision.waitMs, this.#ask.signal);
      return "retry";
    }
    this.#candidate = null;
    // A longer window is a different model: there is none to move to.
    if (decision.next === "larger" || decision.next === "stop") return "fallback";
    if (decision.next === "fallback" && decision.out === "provider") this.#route.dropProvider(candidate.provider);
    if (decision.next === "fallback" && decision.out === "nothing" && failures <= this.#retryCount) {
      this.#route.failed(candidate, this.#tools.now() + (retryAfterMs ?? 0));
    }
    this.#candidate = this.#route.after(candidate, null);
    return this.#candidate === null ? await this.#nextRound(leftMs) : "fallback";
  }

  async #nextRound(leftMs: number): Promise<CallPurpose> {
    const pause = backoffMs(this.#route.rounds + 1, this.#tools.random);
    const again = this.#route.again();
    const waitMs = Math.max(pause, (again?.notBefore ?? 0) - this.#tools.now());
    if (again === null || waitMs >= leftMs) return "retry";
    if (this.#tools.retries?.spend(again.candidate.provider) === false) return "retry";
    await this.#tools.wait(waitMs, this.#ask.signal);
    this.#candidate = again.candidate;
    return "retry";
  }
}
