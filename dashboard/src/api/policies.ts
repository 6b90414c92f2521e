import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readCount, readNumber } from "./read-number.ts";

/** Models to try, in order. */
export type Tiers = Partial<Record<"small" | "large" | "frontier", { provider: string; model: string }[]>>;

/** What a policy decides; the columns that a new version is made of. */
export interface PolicyValues {
  tiers: Tiers;
  base_tier: string;
  max_tier: string;
  requires_large: boolean;
  critical: boolean;
  escalate_below: number;
  good_from: number;
  excellent_from: number;
  max_escalations: number;
  escalate_to: string;
  max_cost_usd: number | null;
  complexity_large_from: number | null;
  demotion_cooldown: string | null;
  stream_on_failure: string;
  consensus: unknown;
}

/** A routing policy as it is stored. */
export interface Policy extends PolicyValues {
  id: string;
  /** Null: the platform's. */
  org_id: string | null;
  /** Null: the default for every task. */
  task: string | null;
  version: number;
  status: "draft" | "active" | "retired";
  created_at: string;
}

/** The columns of PolicyValues. */
export const POLICY_COLUMNS = [
  "tiers",
  "base_tier",
  "max_tier",
  "requires_large",
  "critical",
  "escalate_below",
  "good_from",
  "excellent_from",
  "max_escalations",
  "escalate_to",
  "max_cost_usd",
  "complexity_large_from",
  "demotion_cooldown",
  "stream_on_failure",
  "consensus",
] as const satisfies readonly (keyof PolicyValues)[];

/** The organization's policies and those of the platform, retired ones too, by task, newest versions first. */
export async function loadPolicies(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<Policy[]> {
  const rows = await unwrap<Policy[]>(
    client.from("ai_policies").select(`id, org_id, task, version, status, created_at, ${POLICY_COLUMNS.join(", ")}`)
      .or(`org_id.is.null,org_id.eq.${orgId}`)
      .order("task", { nullsFirst: true }).order("version", { ascending: false }).limit(1000).abortSignal(signal),
  );
  return rows.map((row) => ({
    ...row,
    escalate_below: readCount(row.escalate_below),
    good_from: readCount(row.good_from),
    excellent_from: readCount(row.excellent_from),
    max_cost_usd: readNumber(row.max_cost_usd),
    complexity_large_from: readNumber(row.complexity_large_from),
  }));
}

/** Stores the next version as a draft of the organization. */
export async function createPolicy(
  client: SupabaseClient,
  { orgId, userId, task, values }: { orgId: string; userId: string; task: string | null; values: PolicyValues },
): Promise<void> {
  await unwrap(client.from("ai_policies").insert({ ...values, org_id: orgId, task, created_by: userId }));
}

/** Makes a version the active one. */
export function activatePolicy(client: SupabaseClient, orgId: string, { task, version }: Policy): Promise<unknown> {
  return unwrap(client.rpc("activate_policy", { p_version: version, p_task: task, p_org_id: orgId }));
}

/** Retires the organization's active policy of a task, so that the platform's counts again. */
export function retirePolicy(client: SupabaseClient, orgId: string, task: string | null): Promise<unknown> {
  return unwrap(client.rpc("retire_policy", { p_task: task, p_org_id: orgId }));
}
