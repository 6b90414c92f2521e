import type { SupabaseClient } from "@supabase/supabase-js";
import type { Day } from "../format/days.ts";
import { unwrap } from "./api-error.ts";
import { readCount, readNumber } from "./read-number.ts";

/** An organization and the days a question is about, both ends included. */
export interface Scope {
  orgId: string;
  from: Day;
  to: Day;
}

/** What a range of days adds up to. Money is in the organization's currency; null is unknown. */
export interface Summary {
  requests: number;
  failed: number;
  refused: number;
  cached: number;
  escalated: number;
  fellBack: number;
  byRules: number;
  forReview: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  cost: number | null;
  currency: string;
  unpriced: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  confidence: number | null;
}

type Row = Record<string, unknown>;

/** A summary of a range; null for an organization whose totals the user may not see. */
export async function loadSummary(client: SupabaseClient, { orgId, from, to }: Scope, signal: AbortSignal) {
  const question = client.rpc("ai_usage_summary", { p_org_id: orgId, p_from: from, p_to: to }).abortSignal(signal);
  const [row] = await unwrap<Row[]>(question);
  return row === undefined ? null : readSummary(row);
}

function readSummary(row: Row): Summary {
  return {
    requests: readCount(row["request_count"]),
    failed: readCount(row["failed_count"]),
    refused: readCount(row["refused_count"]),
    cached: readCount(row["cached_count"]),
    escalated: readCount(row["escalated_count"]),
    fellBack: readCount(row["fell_back_count"]),
    byRules: readCount(row["rules_count"]),
    forReview: readCount(row["review_count"]),
    inputTokens: readCount(row["input_tokens"]),
    outputTokens: readCount(row["output_tokens"]),
    costUsd: readCount(row["cost_usd"]),
    cost: readNumber(row["cost"]),
    currency: String(row["currency"]),
    unpriced: readCount(row["unpriced_count"]),
    p50: readNumber(row["p50_latency_ms"]),
    p95: readNumber(row["p95_latency_ms"]),
    p99: readNumber(row["p99_latency_ms"]),
    confidence: readNumber(row["avg_confidence"]),
  };
}

/** What costs can be split by. */
export const SPLITS = ["model", "task", "user", "job", "subject"] as const;

export type Split = typeof SPLITS[number];

/** One day of one part. */
export interface DayPart {
  day: Day;
  /** Null: everything but the dearest. Empty among models: no model answered. */
  key: string | null;
  requests: number;
  failed: number | null;
  fellBack: number | null;
  tokens: number;
  cost: number | null;
  /** Requests that cost something unknown beside it. */
  unpriced: number;
}

/** Days of a range by a split (`all` for none), the dearest eight parts apart. Days without requests have no entry. */
export async function loadSeries(
  client: SupabaseClient,
  { orgId, from, to }: Scope,
  by: Split | "all",
  signal: AbortSignal,
): Promise<DayPart[]> {
  const rows = await unwrap<Row[]>(
    client.rpc("ai_usage_series", { p_org_id: orgId, p_from: from, p_to: to, p_by: by }).abortSignal(signal),
  );
  return rows.map((row) => ({
    day: String(row["day"]),
    key: row["key"] === null ? null : String(row["key"]),
    requests: readCount(row["request_count"]),
    failed: readNumber(row["failed_count"]),
    fellBack: readNumber(row["fell_back_count"]),
    tokens: readCount(row["input_tokens"]) + readCount(row["output_tokens"]),
    cost: readNumber(row["cost"]),
    unpriced: readCount(row["unpriced_count"]),
  }));
}

/** What one part cost in all. */
export interface Part {
  key: string;
  requests: number;
  failed: number | null;
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
  cost: number | null;
  unpriced: number;
}

/** Parts of a split, dearest first, a page after a key. */
export async function loadBreakdown(
  client: SupabaseClient,
  { orgId, from, to }: Scope,
  { by, limit, after }: { by: Split; limit: number; after: string | null },
  signal: AbortSignal,
): Promise<Part[]> {
  const rows = await unwrap<Row[]>(
    client.rpc("ai_usage_breakdown", {
      p_org_id: orgId,
      p_from: from,
      p_to: to,
      p_by: by,
      p_limit: limit,
      p_after: after,
    })
      .abortSignal(signal),
  );
  return rows.map((row) => ({
    key: String(row["key"]),
    requests: readCount(row["request_count"]),
    failed: readNumber(row["failed_count"]),
    inputTokens: readCount(row["input_tokens"]),
    outputTokens: readCount(row["output_tokens"]),
    costUsd: readNumber(row["cost_usd"]),
    cost: readNumber(row["cost"]),
    unpriced: readCount(row["unpriced_count"]),
  }));
}
