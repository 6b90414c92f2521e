import type { CallPurpose, CallRecord } from "@shared/ai-logger/mod.ts";
import type { Candidate, Plan } from "@shared/budget/mod.ts";
import { addUsd, boundUsd, compareUsd } from "@shared/pricing/mod.ts";
import { type EmbeddingAnswer, type EmbeddingText, ProviderError } from "@shared/providers/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import type { RouterTools } from "./ask.ts";
import { backoffMs } from "./backoff.ts";
import { answeredRecord, failedRecord, recordCostUsd } from "./call-record.ts";
import { decide } from "./decide.ts";
import { deadlinePassed, nobodyToAsk, notCovered, providerFailure, type RouteFailure } from "./failure.ts";
import { Purse } from "./purse.ts";
import { Route } from "./route.ts";

/** Texts to embed, each with an upper bound of its tokens. */
export interface EmbeddingAsk {
  texts: { text: EmbeddingText; inputTokens: number }[];
  /** Length every vector must have. */
  dimensions: number;
  signal: AbortSignal;
  /** Epoch milliseconds. */
  deadline: number;
}

/** How an embedding request ended. */
export interface EmbeddingResult {
  /** A vector for each text, in order; shorter than the texts when it failed on the way. */
  vectors: number[][];
  /** Who made them; null when nobody did. */
  candidate: Candidate | null;
  /** Null when all texts have their vector. */
  failure: RouteFailure | null;
  cancelled: boolean;
  calls: CallRecord[];
  /** US dollars, decimal string. */
  costUsd: string;
  fellBack: boolean;
}

/** Most texts and most tokens (by their bounds) of one call; OpenAI takes 2,048 and 300,000. */
const MOST_TEXTS = 256;
const MOST_TOKENS = 200_000;
const MAX_CALLS = 12;

/**
 * Embeds texts, some hundred a call, all by ONE model: a failed call is retried or goes another way to the same model, never to
 * another. Never throws. What was embedded before a failure comes back and can be kept.
 */
export async function embed(plan: Plan, ask: EmbeddingAsk, tools: RouterTools): Promise<EmbeddingResult> {
  const trip = new EmbeddingTrip(plan, ask, tools);
  for (const batch of batchesOf(ask.texts)) {
    const embedded = await trip.embedBatch(batch);
    if (!embedded) break;
  }
  return trip.result();
}

function batchesOf(texts: EmbeddingAsk["texts"]): EmbeddingAsk["texts"][] {
  const batches: EmbeddingAsk["texts"][] = [];
  let tokens = Infinity;
  for (const text of texts) {
    const open = batches.at(-1);
    tokens += text.inputTokens;
    if (open === undefined || open.length >= MOST_TEXTS || tokens > MOST_TOKENS) {
      batches.push([text]);
      tokens = text.inputTokens;
    } else open.push(text);
  }
  return batches;
}

class EmbeddingTrip {
  readonly #plan: Plan;
  readonly #ask: EmbeddingAsk;
  readonly #tools: RouterTools;
  readonly #route: Route;
  readonly #purse: Purse;
  readonly #settings;
  readonly #failures = new Map<Candidate, number>();
  readonly #calls: CallRecord[] = [];
  readonly #vectors: number[][] = [];
  #candidate: Candidate | null;
  #failure: RouteFailure = nobodyToAsk();

  constructor(plan: Plan, ask: EmbeddingAsk, tools: RouterTools) {
    this.#plan = plan;
    this.#ask = ask;
    this.#tools = tools;
    this.#settings = requestSettings(plan.settings);
    const model = plan.candidates[0]?.model;
    this.#route = new Route(plan.candidates.filter((candidate) => candidate.model === model));
    this.#candidate = this.#route.first();
    this.#purse = new Purse(heldUsd(plan, ask), tools.extend);
  }

  /** False when it failed for good; then {@linkcode result} says why. */
  async embedBatch(batch: EmbeddingAsk["texts"]): Promise<boolean> {
    let purpose: CallPurpose = "embedding";
    while (this.#candidate !== null) {
      const candidate: Candidate = this.#candidate;
      const outcome = await this.#attempt(candidate, batch, purpose);
      if (outcome === "done") return true;
      if (outcome === "over") return false;
      purpose = await this.#moveOn(candidate, outcome);
    }
    return false;
  }

  result(): EmbeddingResult {
    const complete = this.#vectors.length === this.#ask.texts.length;
    return {
      vectors: this.#vectors,
      candidate: this.#vectors.length > 0 ? this.#candidate : null,
      failure: complete ? null : this.#failure,
      cancelled: this.#ask.signal.aborted,
      calls: this.#calls,
      costUsd: this.#purse.spentUsd,
      fellBack: this.#calls.some((call) => call.purpose === "fallback"),
    };
  }

  async #attempt(
    candidate: Candidate,
    batch: EmbeddingAsk["texts"],
    purpose: CallPurpose,
  ): Promise<"done" | "over" | ProviderError> {
    const { signal, deadline } = this.#ask;
    const leftMs = deadline - this.#tools.now();
    if (signal.aborted || this.#calls.length >= MAX_CALLS) return "over";
    if (leftMs <= 0) {
      this.#failure = deadlinePassed();
      return "over";
    }
    const inputTokens = batch.reduce((sum, text) => sum + text.inputTokens, 0);
    const worstUsd = boundUsd(candidate.price, { inputTokens, outputTokens: 0 });
    if (!await this.#purse.reserve(worstUsd)) {
      this.#failure = notCovered("budget_exhausted", "Cannot embed the texts: the budget leaves too little");
      return "over";
    }
    if (purpose !== "retry") this.#tools.retries?.earn(candidate.provider);
    const startedAt = this.#tools.now();
    const facts = () => ({
      attempt: this.#calls.length + 1,
      purpose,
      candidate: { ...candidate, max_output_tokens: 0 },
      startedAt,
      endedAt: this.#tools.now(),
      firstTokenAt: null,
      inputTokens,
    });
    try {
      const answer = await this.#call(candidate, batch, leftMs);
      const usage = answer.usage === null ? null : { ...answer.usage, outputTokens: answer.usage.outputTokens ?? 0 };
      this.#book(answeredRecord(facts(), { ...answer, usage, finishReason: null, text: "" }), candidate, worstUsd);
      this.#vectors.push(...answer.vectors);
      return "done";
    } catch (thrown) {
      const error = thrown instanceof ProviderError ? thrown : unexpected(thrown);
      this.#book(failedRecord(facts(), error, ""), candidate, worstUsd);
      return error;
    }
  }

  async #call(candidate: Candidate, batch: EmbeddingAsk["texts"], leftMs: number): Promise<EmbeddingAnswer> {
    const { signal, dimensions } = this.#ask;
    const totalMs = Math.min(this.#settings.attemptTimeoutMs, leftMs);
    const provider = this.#tools.open(candidate, { totalMs, firstTokenMs: null, idleMs: null });
    const answer = await provider.embed({
      model: candidate.model,
      texts: batch.map(({ text }) => text),
      ...(candidate.dimensions === dimensions ? {} : { dimensions }),
      signal,
    });
    const fits = answer.vectors.length === batch.length && answer.vectors.every(({ length }) => length === dimensions);
    if (!fits) throw unexpected("vectors of another number or length");
    return answer;
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
    const { retryCount } = this.#settings;
    const leftMs = this.#ask.deadline - this.#tools.now();
    const decision = decide(
      { kind, retryAfterMs, failures, retryCount, haveAnswer: false, leftMs },
      this.#tools.random,
    );
    const again = decision.next === "retry" && this.#tools.retries?.spend(candidate.provider) !== false;
    if (again) {
      await this.#tools.wait(decision.waitMs, this.#ask.signal);
      return "retry";
    }
    // A longer window is a different model: there is none to move to.
    this.#candidate = null;
    if (decision.next === "larger" || decision.next === "stop") return "fallback";
    if (decision.next === "fallback" && decision.out === "provider") this.#route.dropProvider(candidate.provider);
    if (decision.next === "fallback" && decision.out === "nothing" && failures <= retryCount) {
      this.#route.failed(candidate, this.#tools.now() + (retryAfterMs ?? 0));
    }
    // Vectors of an earlier batch bind to their model, not to their provider.
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

/**
 * The hold was computed by the database from the same bounds and prices, with a division on the way: a difference in the last
 * digit is no reason to ask for more.
 */
function heldUsd(plan: Plan, ask: EmbeddingAsk): string {
  const [first] = plan.candidates;
  if (first === undefined) return plan.hold_usd;
  const inputTokens = ask.texts.reduce((sum, text) => sum + text.inputTokens, 0);
  const exact = boundUsd(first.price, { inputTokens, outputTokens: 0 });
  return compareUsd(exact, addUsd(plan.hold_usd, "0.000000000001")) <= 0 && compareUsd(exact, plan.hold_usd) > 0
    ? exact
    : plan.hold_usd;
}

function unexpected(cause: unknown): ProviderError {
  return new ProviderError("malformed", "Cannot use the vectors: unexpected answer", { mayBeBilled: true, cause });
}
