/**
 * Admission: budgets, limits, cache and routing plan in one database round trip.
 *
 * @module
 */
export type {
  Admission,
  AdmissionRequest,
  Candidate,
  Extension,
  Level,
  Plan,
  PlanBudget,
  PlanPrompt,
  PlanThresholds,
  StoredAnswer,
  Tier,
} from "./admission.ts";
