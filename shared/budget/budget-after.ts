import { convert, subtractUsd } from "@shared/pricing/mod.ts";
import type { PlanBudget } from "./admission.ts";

/** `meta.budget` of an answer. */
export interface BudgetAfter {
  state: "ok" | "soft_limit";
  /** Of the tightest budget after this request, in `currency`; null when no budget applies. */
  remaining: number | null;
  currency: string | null;
}

/** What the tightest budget of a request leaves after it cost `costUsd`. May be negative: an overrun is not hidden. */
export function budgetAfter(budget: PlanBudget | null, costUsd: string): BudgetAfter {
  if (budget === null) return { state: "ok", remaining: null, currency: null };
  const remaining = subtractUsd(budget.remaining, convert(costUsd, budget.per_usd));
  return { state: budget.state, remaining: Number(remaining), currency: budget.currency };
}
