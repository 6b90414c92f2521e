import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readCount, readNumber } from "./read-number.ts";

/** Requests by the tier they started at. */
export type StartTiers = Readonly<Record<"small" | "large" | "frontier", number>>;

/** What traffic of the past would have cost under another policy, in US dollars, and how far that can be believed. */
export interface Simulation {
  /** Requests of the period that the policy decides about. */
  requests: number;
  sampled: number;
  /** Share of the sample that could be computed; null without any. */
  coverage: number | null;
  actual: { costUsd: number; escalated: number; startTiers: StartTiers };
  simulated: { costUsd: number; low: number; high: number; escalated: number; startTiers: StartTiers };
  /** Simulated by actual cost; null when nothing was spent. */
  ratio: number | null;
  /** Requests whose weakness at another tier nobody knows. */
  guessed: number;
  /** In English. */
  assumptions: string[];
}

/** A stored version, or the fields that would differ from the policy in force. */
export type SimulatedPolicy =
  & { task: string | null }
  & ({ version: number } | { base_tier?: string; max_tier?: string; escalate_below?: number });

/** Runs a period's traffic through a policy. For owner, admin and manager. */
export async function simulatePolicy(
  client: SupabaseClient,
  { orgId, policy, from, to }: { orgId: string; policy: SimulatedPolicy; from: Date; to: Date },
  signal: AbortSignal,
): Promise<Simulation> {
  const answer = await unwrap<Record<string, unknown>>(
    client.rpc("simulate_policy", {
      p_policy: policy,
      p_org_id: orgId,
      p_from: from.toISOString(),
      p_to: to.toISOString(),
    }).abortSignal(signal),
  );
  const actual = answer["actual"] as Record<string, unknown>;
  const simulated = answer["simulated"] as Record<string, unknown>;
  return {
    requests: readCount(answer["requests"]),
    sampled: readCount(answer["sampled"]),
    coverage: readNumber(answer["coverage"]),
    actual: {
      costUsd: readCount(actual["cost_usd"]),
      escalated: readCount(actual["escalated"]),
      startTiers: readTiers(actual["start_tiers"]),
    },
    simulated: {
      costUsd: readCount(simulated["cost_usd"]),
      low: readCount(simulated["cost_usd_low"]),
      high: readCount(simulated["cost_usd_high"]),
      escalated: readCount(simulated["escalated"]),
      startTiers: readTiers(simulated["start_tiers"]),
    },
    ratio: readNumber(answer["cost_ratio"]),
    guessed: readCount(answer["guessed"]),
    assumptions: (answer["assumptions"] as unknown[]).map(String),
  };
}

function readTiers(value: unknown): StartTiers {
  const tiers = value as Record<string, unknown>;
  return { small: readCount(tiers["small"]), large: readCount(tiers["large"]), frontier: readCount(tiers["frontier"]) };
}
