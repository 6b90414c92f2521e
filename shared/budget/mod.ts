/**
 * Admission: budgets, limits, cache and routing plan in one database round trip.
 *
 * @module
 */
export { admit } from "./admit.ts";
export { type BudgetAfter, budgetAfter } from "./budget-after.ts";
export { knowingLedger } from "./knowing-ledger.ts";
export type { Ledger } from "./ledger.ts";
export { spoolingLedger } from "./spooling-ledger.ts";
export { extend } from "./extend.ts";
export type {
  Admission,
  AdmissionRequest,
  Candidate,
  Extension,
  Plan,
  PlanBudget,
  PlanConsensus,
  PlanLimits,
  PlanPrompt,
  PlanThresholds,
  StoredAnswer,
  Tier,
} from "./admission.ts";
