import type { SupabaseClient } from "@supabase/supabase-js";
import { ApiError, unwrap } from "./api-error.ts";
import { readNumber } from "./read-number.ts";

/** What a budget can be for, narrowest first. */
export const BUDGET_SCOPES = ["organization", "user", "task", "key", "subject", "job"] as const;

/** Over which time a budget counts. */
export const PERIODS = ["request", "day", "week", "month", "total"] as const;

/** Into how many counters a budget can be split. */
export const COUNTERS = [1, 2, 4, 8, 16, 32] as const;

/** What a limit can be for. */
export const LIMIT_SCOPES = ["organization", "user", "task", "key", "provider"] as const;

/** A budget as it is stored. */
export interface Budget {
  id: string;
  scope: typeof BUDGET_SCOPES[number];
  /** Null: every one. */
  scope_key: string | null;
  period: typeof PERIODS[number];
  /** In the organization's currency; null: the setting ai.budget.monthly.cap. */
  cap: number | null;
  hard: boolean;
  /** Null: the setting ai.budget.soft.percent. */
  soft_percent: number | null;
  /** Whether requests may hold what such answers usually cost; counts once every hard budget says so. */
  learned_bounds: boolean;
  /** Into how many counters it is split. */
  counters: number;
  active: boolean;
}

/** A rate limit as it is stored; null in a figure: no such limit. */
export interface Limit {
  id: string;
  scope: typeof LIMIT_SCOPES[number];
  scope_key: string | null;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  concurrent_requests: number | null;
  active: boolean;
}

/** The most rows a page shows; more can only be written by programs. */
const MOST = 1000;

/** Budgets of an organization. */
export async function loadBudgets(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<Budget[]> {
  const rows = await unwrap<Budget[]>(
    client.from("ai_budgets")
      .select("id, scope, scope_key, period, cap, hard, soft_percent, learned_bounds, counters, active")
      .eq("org_id", orgId).order("scope").order("scope_key", { nullsFirst: true }).limit(MOST).abortSignal(signal),
  );
  return rows.map((row) => ({ ...row, cap: readNumber(row.cap), soft_percent: readNumber(row.soft_percent) }));
}

/** Limits of an organization. */
export function loadLimits(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<Limit[]> {
  return unwrap<Limit[]>(
    client.from("ai_limits")
      .select("id, scope, scope_key, requests_per_minute, tokens_per_minute, concurrent_requests, active")
      .eq("org_id", orgId).order("scope").order("scope_key", { nullsFirst: true }).limit(MOST).abortSignal(signal),
  );
}

/**
 * Stores a new or changed row of a table.
 * @throws {ApiError} 42501 where the role may not: row level security hides the row, so nothing is changed.
 */
export async function saveRow(
  client: SupabaseClient,
  table: "ai_budgets" | "ai_limits",
  { orgId, id, values }: { orgId: string; id: string | null; values: Record<string, unknown> },
): Promise<void> {
  const question = id === null
    ? client.from(table).insert({ ...values, org_id: orgId }).select("id")
    : client.from(table).update(values).eq("org_id", orgId).eq("id", id).select("id");
  await expectOne(question);
}

/** Deletes a row of a table. */
export async function deleteRow(
  client: SupabaseClient,
  table: "ai_budgets" | "ai_limits",
  orgId: string,
  id: string,
): Promise<void> {
  await expectOne(client.from(table).delete().eq("org_id", orgId).eq("id", id).select("id"));
}

async function expectOne(question: Parameters<typeof unwrap>[0]): Promise<void> {
  const rows = await unwrap<unknown[]>(question);
  if (rows.length === 0) throw new ApiError("No row was changed", { code: "42501", status: 403 });
}
