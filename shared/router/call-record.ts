import type { CallPurpose, CallRecord } from "@shared/ai-logger/mod.ts";
import type { Candidate } from "@shared/budget/mod.ts";
import { costUsd, tokenBound, type Usage } from "@shared/pricing/mod.ts";
import { type ProviderError, thinksUnseen } from "@shared/providers/mod.ts";

/** What is known of an attempt however it ends. */
export interface AttemptFacts {
  attempt: number;
  purpose: CallPurpose;
  candidate: Candidate;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
  /** Epoch milliseconds of the first piece of a stream; null without one. */
  firstTokenAt: number | null;
  /** Upper bound of the tokens sent. */
  inputTokens: number;
  /** Images sent. Absent: none. */
  images?: number;
  /** Upper bound of the audio sent, milliseconds: what a call that was lost is charged for. Absent: none. */
  audioMs?: number;
}

/** What a provider said at the end of a call that worked. */
export interface AnswerFacts {
  usage: Usage | null;
  responseModel: string | null;
  finishReason: string | null;
  standIn: boolean;
  /** Left of the provider's rate limit. */
  headroom: { requests: number | null; tokens: number | null };
  /** Everything that was produced, for a bound where the provider reports no usage. */
  text: string;
}

/** The row of a call that was answered. */
export function answeredRecord(facts: AttemptFacts, answer: AnswerFacts): CallRecord {
  const known = answer.usage !== null && costUsd(facts.candidate.price, answer.usage) !== null;
  return {
    ...base(facts),
    response_model: answer.responseModel,
    ...(known ? reported(facts, answer.usage) : estimated(facts, answer.text, answer.usage)),
    finish_reason: answer.finishReason,
    error_code: null,
    stand_in: answer.standIn,
    ...headroomOf(answer),
  };
}

function headroomOf(
  { headroom: { requests, tokens } }: AnswerFacts,
): Pick<CallRecord, "requests_left" | "tokens_left"> {
  return {
    ...(requests === null ? {} : { requests_left: requests }),
    ...(tokens === null ? {} : { tokens_left: tokens }),
  };
}

/**
 * The row of a call that failed. A call that may have been billed is charged at what it can have cost at most: all input, and
 * either what it was seen to produce or, where nothing or not all could be seen, everything it was allowed to.
 *
 * @param seen Text received before the failure; null when the answer was not streamed.
 */
export function failedRecord(facts: AttemptFacts, error: ProviderError, seen: string | null): CallRecord {
  return {
    ...base(facts),
    ...failedTokens(facts, error, seen),
    error_code: error.kind,
    stand_in: error.standIn,
    retry_after_ms: error.retryAfterMs,
  };
}

/** US dollars of a call, decimal string, as the database computes it from the same row. */
export function recordCostUsd(record: CallRecord, candidate: Candidate): string {
  if (record.usage_source === "none") return "0";
  const cost = costUsd(candidate.price, {
    inputTokens: record.input_tokens,
    outputTokens: record.output_tokens,
    cacheReadInputTokens: record.cache_read_input_tokens,
    cacheWriteInputTokens: record.cache_write_input_tokens,
    ...(record.images === undefined ? {} : { images: record.images }),
    ...(record.audio_ms === undefined ? {} : { audioMs: record.audio_ms }),
  });
  return cost ?? candidate.worst_cost_usd;
}

function base(facts: AttemptFacts): CallRecord {
  const { candidate, startedAt, endedAt, firstTokenAt } = facts;
  return {
    attempt: facts.attempt,
    purpose: facts.purpose,
    provider: candidate.provider,
    request_model: candidate.model,
    response_model: null,
    price_id: candidate.price.id,
    ...unbilled(),
    latency_ms: Math.max(0, Math.round(endedAt - startedAt)),
    time_to_first_token_ms: firstTokenAt === null ? null : Math.max(0, Math.round(firstTokenAt - startedAt)),
    finish_reason: null,
    error_code: null,
    stand_in: false,
    created_at: new Date(startedAt).toISOString(),
  };
}

type Tokens = Pick<
  CallRecord,
  | "input_tokens"
  | "output_tokens"
  | "cache_read_input_tokens"
  | "cache_write_input_tokens"
  | "images"
  | "audio_ms"
  | "usage_source"
>;

function unbilled(): Tokens {
  return {
    input_tokens: null,
    output_tokens: null,
    cache_read_input_tokens: null,
    cache_write_input_tokens: null,
    usage_source: "none",
  };
}

function failedTokens(facts: AttemptFacts, error: ProviderError, seen: string | null): Tokens {
  if (!error.mayBeBilled) return unbilled();
  const usage = error.partial?.usage ?? null;
  const isCounted = error.partial?.final === true && usage !== null && costUsd(facts.candidate.price, usage) !== null;
  return isCounted ? reported(facts, usage) : estimated(facts, seen ?? error.partial?.text ?? null, usage);
}

function reported({ candidate, images = 0 }: AttemptFacts, usage: Usage | null): Tokens {
  const sent = usage?.images ?? images;
  const { image_usd = null, audio_minute_usd = null } = candidate.price;
  return {
    input_tokens: usage?.inputTokens ?? null,
    output_tokens: usage?.outputTokens ?? null,
    cache_read_input_tokens: usage?.cacheReadInputTokens ?? null,
    cache_write_input_tokens: usage?.cacheWriteInputTokens ?? null,
    // Only what is billed is worth its place in the log.
    ...(image_usd === null || sent === 0 ? {} : { images: sent }),
    ...(audio_minute_usd === null || usage?.audioMs === undefined ? {} : { audio_ms: usage.audioMs }),
    usage_source: "provider",
  };
}

function estimated(facts: AttemptFacts, text: string | null, usage: Usage | null): Tokens {
  const most = facts.candidate.max_output_tokens;
  // Bytes bound the tokens that arrived, several times over; what was under way when the line broke fits in between. Hidden ones do not.
  const isSeen = text !== null && !thinksUnseen(facts.candidate);
  const produced = isSeen ? Math.min(most, tokenBound(text)) : most;
  const audioMs = usage?.audioMs ?? facts.audioMs;
  return {
    ...reported(facts, usage),
    ...(audioMs === undefined || (facts.candidate.price.audio_minute_usd ?? null) === null
      ? {}
      : { audio_ms: audioMs }),
    input_tokens: usage?.inputTokens ?? facts.inputTokens,
    output_tokens: Math.max(produced, usage?.outputTokens ?? 0),
    usage_source: "estimated",
  };
}
