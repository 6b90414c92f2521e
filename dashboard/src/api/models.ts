import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readCount, readNumber } from "./read-number.ts";
import type { Scope } from "./usage.ts";

/** How long a model's answers took, in milliseconds; `task` null is over all tasks. */
export interface LatencyProfile {
  task: string | null;
  provider: string;
  model: string;
  requests: number;
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
  p99: number;
}

type Row = Record<string, unknown>;

/** Latency of a range by model, and by task and model. */
export async function loadLatency(
  client: SupabaseClient,
  { orgId, from, to }: Scope,
  signal: AbortSignal,
): Promise<LatencyProfile[]> {
  const rows = await unwrap<Row[]>(
    client.rpc("ai_latency_profile", { p_org_id: orgId, p_from: from, p_to: to }).abortSignal(signal),
  );
  return rows.map((row) => ({
    task: row["task"] === null ? null : String(row["task"]),
    provider: String(row["provider"]),
    model: String(row["model"]),
    requests: readCount(row["request_count"]),
    p5: readCount(row["p5_latency_ms"]),
    p25: readCount(row["p25_latency_ms"]),
    p50: readCount(row["p50_latency_ms"]),
    p75: readCount(row["p75_latency_ms"]),
    p95: readCount(row["p95_latency_ms"]),
    p99: readCount(row["p99_latency_ms"]),
  }));
}

/** A model's calls of the last 30 days. */
export interface ModelPerformance {
  provider: string;
  model: string;
  calls: number;
  failed: number;
  errorRate: number | null;
  rateLimited: number;
  timedOut: number;
  costUsd: number | null;
  p50: number | null;
  p95: number | null;
  firstToken: number | null;
  standIn: number;
}

/** The most models a page shows; those called most come first. */
const MOST_MODELS = 200;

/** Reliability of models the organization called, those called most first. */
export async function loadPerformance(
  client: SupabaseClient,
  orgId: string,
  signal: AbortSignal,
): Promise<ModelPerformance[]> {
  const rows = await unwrap<Row[]>(
    client.from("ai_model_performance").select("*").eq("org_id", orgId).order("call_count", { ascending: false })
      .limit(MOST_MODELS).abortSignal(signal),
  );
  return rows.map((row) => ({
    provider: String(row["provider"]),
    model: String(row["model"]),
    calls: readCount(row["call_count"]),
    failed: readCount(row["failed_count"]),
    errorRate: readNumber(row["error_rate"]),
    rateLimited: readCount(row["rate_limited_count"]),
    timedOut: readCount(row["timed_out_count"]),
    costUsd: readNumber(row["total_cost_usd"]),
    p50: readNumber(row["p50_latency_ms"]),
    p95: readNumber(row["p95_latency_ms"]),
    firstToken: readNumber(row["avg_time_to_first_token_ms"]),
    standIn: readCount(row["stand_in_count"]),
  }));
}

/** How a model is doing this hour. */
export interface Health {
  provider: string;
  model: string;
  breaker_state: "closed" | "open" | "half_open";
  opened_at: string | null;
  open_until: string | null;
  last_error: string | null;
  requests_left: number | null;
  tokens_left: number | null;
  call_count: number;
  failed_count: number;
  error_rate: number | null;
  p95_latency_ms: number | null;
  last_call_at: string | null;
}

/** Models called in the last hour, or whose breaker is not closed. */
export async function loadHealth(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<Health[]> {
  const rows = await unwrap<Health[]>(
    client.from("ai_provider_health").select("*").eq("org_id", orgId).order("provider").order("model").limit(
      MOST_MODELS,
    )
      .abortSignal(signal),
  );
  return rows.map((row) => ({ ...row, error_rate: readNumber(row.error_rate) }));
}

/** A breaker that changed its state. */
export interface BreakerEvent {
  id: string;
  created_at: string;
  provider: string;
  model: string;
  from_state: string;
  to_state: string;
  reason: string | null;
}

/** The newest changes of breakers, newest first. */
export function loadBreakerEvents(client: SupabaseClient, signal: AbortSignal): Promise<BreakerEvent[]> {
  return unwrap<BreakerEvent[]>(
    client.from("ai_breaker_events").select("*").order("created_at", { ascending: false }).limit(20).abortSignal(
      signal,
    ),
  );
}

/** A price in force. US dollars a million tokens; null: not sold like that, or as input. */
export interface Price {
  id: string;
  provider: string;
  model: string;
  org_id: string | null;
  effective_from: string;
  min_input_tokens: number;
  input_usd_per_mtok: number | null;
  output_usd_per_mtok: number | null;
  cache_read_usd_per_mtok: number | null;
  source: string;
  source_on: string;
}

const PRICE_COLUMNS =
  "id, provider, model, org_id, effective_from, min_input_tokens, input_usd_per_mtok, output_usd_per_mtok, cache_read_usd_per_mtok, source, source_on";

/** Prices in force now, page by page by id, sorted by provider and model. */
export async function loadPrices(client: SupabaseClient, now: Date, signal: AbortSignal): Promise<Price[]> {
  const moment = now.toISOString();
  const prices: Price[] = [];
  const page = 1000;
  for (;;) {
    const last = prices.at(-1);
    let question = client.from("ai_model_prices").select(PRICE_COLUMNS).lte("effective_from", moment)
      .or(`effective_to.is.null,effective_to.gt.${moment}`).order("id").limit(page);
    if (last !== undefined) question = question.gt("id", last.id);
    const rows = await unwrap<Price[]>(question.abortSignal(signal));
    prices.push(...rows);
    if (rows.length < page) break;
  }
  return prices
    .map((price) => ({
      ...price,
      input_usd_per_mtok: readNumber(price.input_usd_per_mtok),
      output_usd_per_mtok: readNumber(price.output_usd_per_mtok),
      cache_read_usd_per_mtok: readNumber(price.cache_read_usd_per_mtok),
    }))
    .sort((one, other) =>
      one.provider.localeCompare(other.provider) || one.model.localeCompare(other.model) ||
      one.min_input_tokens - other.min_input_tokens
    );
}
