import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readCount, readNumber } from "./read-number.ts";

/** A budget as it stands this moment, in the organization's currency. */
export interface BudgetStatus {
  budgetId: string;
  scope: string;
  scopeKey: string | null;
  period: string;
  cap: number | null;
  settled: number;
  held: number;
  remaining: number | null;
  usedPercent: number | null;
  state: "ok" | "soft_limit" | "exhausted";
  hard: boolean;
}

/** Where a budget will stand at the end of its period. */
export interface BudgetForecast {
  budgetId: string;
  scope: string;
  scopeKey: string | null;
  period: string;
  periodStart: string;
  /** First day after the period. */
  periodEnd: string;
  cap: number | null;
  used: number;
  linear: number | null;
  trend: number | null;
  exhaustedOn: string | null;
  /** Finished days with spending that the trend rests on. */
  trendDays: number;
}

type Row = Record<string, unknown>;

/** The most budgets a page shows; those used most come first. */
const MOST_BUDGETS = 200;

/** Budgets by how much of them is used. */
export async function loadBudgetStatus(
  client: SupabaseClient,
  orgId: string,
  signal: AbortSignal,
): Promise<BudgetStatus[]> {
  const rows = await unwrap<Row[]>(
    client.from("ai_budget_status").select("*").eq("org_id", orgId)
      .order("used_percent", { ascending: false, nullsFirst: false }).limit(MOST_BUDGETS).abortSignal(signal),
  );
  return rows.map((row) => ({
    budgetId: String(row["budget_id"]),
    scope: String(row["scope"]),
    scopeKey: row["scope_key"] === null ? null : String(row["scope_key"]),
    period: String(row["period"]),
    cap: readNumber(row["cap"]),
    settled: readCount(row["settled"]),
    held: readCount(row["held"]),
    remaining: readNumber(row["remaining"]),
    usedPercent: readNumber(row["used_percent"]),
    state: row["state"] as BudgetStatus["state"],
    hard: row["hard"] === true,
  }));
}

/** The forecast of the organization's own month; null without such a budget. */
export async function loadMonthForecast(client: SupabaseClient, orgId: string, signal: AbortSignal) {
  const rows = await unwrap<Row[]>(
    client.from("ai_budget_forecast").select("*").eq("org_id", orgId).eq("scope", "organization").eq("period", "month")
      .limit(1).abortSignal(signal),
  );
  return rows[0] === undefined ? null : readForecast(rows[0]);
}

function readForecast(row: Row): BudgetForecast {
  return {
    budgetId: String(row["budget_id"]),
    scope: String(row["scope"]),
    scopeKey: row["scope_key"] === null ? null : String(row["scope_key"]),
    period: String(row["period"]),
    periodStart: String(row["period_start"]),
    periodEnd: String(row["period_end"]),
    cap: readNumber(row["cap"]),
    used: readCount(row["used"]),
    linear: readNumber(row["linear_forecast"]),
    trend: readNumber(row["trend_forecast"]),
    exhaustedOn: row["exhausted_on"] === null ? null : String(row["exhausted_on"]),
    trendDays: readCount(row["trend_basis_days"]),
  };
}
