import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readCount, readNumber } from "./read-number.ts";

/** What can count as success of an experiment. */
export const METRICS = ["accepted", "rated", "converted", "settled"] as const;

/** What is watched while an experiment runs; a key left out is not. */
export interface Guardrails {
  cost_ratio?: number;
  latency_ratio?: number;
  confidence_drop?: number;
}

/** A comparison of the variants of one prompt version. */
export interface Experiment {
  id: string;
  /** Null: the platform's. */
  org_id: string | null;
  prompt_key: string;
  prompt_version: number;
  control: string;
  title: string;
  metric: typeof METRICS[number];
  min_sample: number;
  /** fixed: the variants' weights stay; thompson: they follow the probability of being best. */
  allocation: "fixed" | "thompson";
  alpha: number;
  guardrails: Guardrails;
  status: "draft" | "running" | "finished" | "stopped";
  winner: string | null;
  stop_reason: string | null;
  started_at: string | null;
  ended_at: string | null;
  created_at: string;
}

/** How a variant does so far. */
export interface VariantResult {
  experimentId: string;
  variant: string;
  isControl: boolean;
  requests: number;
  trials: number;
  /** Subjects with at least one trial: what the tests go by. */
  subjects: number;
  /** Independent trials that would tell as much: requests of one subject resemble each other. */
  effectiveTrials: number | null;
  successes: number;
  rate: number | null;
  costUsd: number | null;
  latency: number | null;
  confidence: number | null;
  /** For one look at a sample size fixed beforehand. */
  chiSquare: number | null;
  /** Valid however often one looks. */
  sequential: number | null;
  /** Interval of the difference to the control, valid however often one looks. */
  from: number | null;
  to: number | null;
  /** The guardrail that the variant breaks. */
  breach: "cost" | "latency" | "confidence" | null;
}

const COLUMNS =
  "id, org_id, prompt_key, prompt_version, control, title, metric, min_sample, allocation, alpha, guardrails, status, winner, stop_reason, started_at, ended_at, created_at";

/** The newest experiments the organization may see, and how their variants do. */
export async function loadExperiments(client: SupabaseClient, orgId: string, signal: AbortSignal) {
  const experiments = await unwrap<Experiment[]>(
    client.from("ai_experiments").select(COLUMNS).eq("org_id", orgId).order("created_at", { ascending: false }).limit(
      30,
    ).abortSignal(signal),
  );
  const started = experiments.filter(({ started_at }) => started_at !== null).map(({ id }) => id);
  const results = started.length === 0 ? [] : await unwrap<Record<string, unknown>[]>(
    client.from("ai_experiment_results").select("*").in("experiment_id", started).limit(500).abortSignal(signal),
  );
  return {
    experiments: experiments.map((each) => ({ ...each, alpha: readCount(each.alpha) })),
    results: results.map(readResult),
  };
}

function readResult(row: Record<string, unknown>): VariantResult {
  return {
    experimentId: String(row["experiment_id"]),
    variant: String(row["variant"]),
    isControl: row["is_control"] === true,
    requests: readCount(row["requests"]),
    trials: readCount(row["trials"]),
    subjects: readCount(row["subjects"]),
    effectiveTrials: readNumber(row["effective_trials"]),
    successes: readCount(row["successes"]),
    rate: readNumber(row["rate"]),
    costUsd: readNumber(row["avg_cost_usd"]),
    latency: readNumber(row["avg_latency_ms"]),
    confidence: readNumber(row["avg_confidence"]),
    chiSquare: readNumber(row["chi_square_p_value"]),
    sequential: readNumber(row["sequential_p_value"]),
    from: readNumber(row["difference_from"]),
    to: readNumber(row["difference_to"]),
    breach: (row["breach"] ?? null) as VariantResult["breach"],
  };
}

/** What a new experiment compares and watches. */
export type NewExperiment = Pick<
  Experiment,
  "prompt_key" | "prompt_version" | "control" | "title" | "metric" | "min_sample" | "allocation" | "guardrails"
>;

/** Stores a draft. */
export async function createExperiment(
  client: SupabaseClient,
  { orgId, userId, values }: { orgId: string; userId: string; values: NewExperiment },
): Promise<void> {
  await unwrap(client.from("ai_experiments").insert({ ...values, org_id: orgId, created_by: userId }));
}

/** Starts counting. */
export function startExperiment(client: SupabaseClient, id: string): Promise<unknown> {
  return unwrap(client.rpc("start_experiment", { p_id: id }));
}

/** Stops without a winner; everybody gets the control again. */
export function stopExperiment(client: SupabaseClient, id: string, reason: string): Promise<unknown> {
  return unwrap(client.rpc("stop_experiment", { p_id: id, p_reason: reason === "" ? null : reason }));
}
