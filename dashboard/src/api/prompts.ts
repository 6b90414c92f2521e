import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readCount, readNumber } from "./read-number.ts";

/** A version and variant of a prompt that an organization wrote itself. */
export interface Prompt {
  id: string;
  key: string;
  version: number;
  variant: string;
  status: "draft" | "active" | "retired";
  /** Null: the task's built-in one. */
  system: string | null;
  template: string | null;
  few_shot: { input: string; output: string }[];
  weight: number;
  created_at: string;
}

/** An organization's prompts, newest versions first. */
export async function loadPrompts(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<Prompt[]> {
  const rows = await unwrap<Prompt[]>(
    client.from("ai_prompts").select(
      "id, key, version, variant, status, system, template, few_shot, weight, created_at",
    )
      .eq("org_id", orgId).order("key").order("version", { ascending: false }).order("variant").limit(500).abortSignal(
        signal,
      ),
  );
  return rows.map((row) => ({ ...row, weight: readCount(row.weight) }));
}

/** What a new draft says; empty texts are the task's built-in ones. */
export interface NewPrompt {
  key: string;
  system: string;
  template: string;
  variant: string;
  weight: number;
  /** A further variant of this version; null: the next version. */
  version: number | null;
}

/** Stores a draft. */
export function createPrompt(client: SupabaseClient, orgId: string, prompt: NewPrompt): Promise<Prompt> {
  return unwrap<Prompt>(client.rpc("create_prompt", {
    p_key: prompt.key,
    p_system: prompt.system === "" ? null : prompt.system,
    p_template: prompt.template === "" ? null : prompt.template,
    p_org_id: orgId,
    p_variant: prompt.variant,
    p_version: prompt.version,
    p_weight: prompt.weight,
  }));
}

/** Makes every variant of a version the active one. */
export function activatePrompt(client: SupabaseClient, orgId: string, key: string, version: number): Promise<unknown> {
  return unwrap(client.rpc("activate_prompt", { p_key: key, p_version: version, p_org_id: orgId }));
}

/** Retires the active version, so that the next wider one counts again. */
export function retirePrompt(client: SupabaseClient, orgId: string, key: string): Promise<unknown> {
  return unwrap(client.rpc("retire_prompt", { p_key: key, p_org_id: orgId }));
}

/** What became of a prompt's variant in the last 30 days. */
export interface PromptVariant {
  key: string;
  version: number;
  variant: string;
  requests: number;
  costUsd: number | null;
  latency: number | null;
  confidence: number | null;
  rating: number | null;
  ratings: number;
  converted: number;
  conversionRate: number | null;
  rejectionRate: number | null;
  /** Of the difference to the version's first variant; null for that one, or too few requests. */
  pValue: number | null;
}

/** Prompt variants side by side. */
export async function loadPromptVariants(
  client: SupabaseClient,
  orgId: string,
  signal: AbortSignal,
): Promise<PromptVariant[]> {
  const rows = await unwrap<Record<string, unknown>[]>(
    client.from("ai_prompt_variants").select("*").eq("org_id", orgId).order("prompt_key").order("prompt_version", {
      ascending: false,
    })
      .order("prompt_variant").limit(500).abortSignal(signal),
  );
  return rows.map((row) => ({
    key: String(row["prompt_key"]),
    version: readCount(row["prompt_version"]),
    variant: String(row["prompt_variant"]),
    requests: readCount(row["request_count"]),
    costUsd: readNumber(row["total_cost_usd"]),
    latency: readNumber(row["avg_latency_ms"]),
    confidence: readNumber(row["avg_confidence"]),
    rating: readNumber(row["avg_rating"]),
    ratings: readCount(row["rating_count"]),
    converted: readCount(row["converted_count"]),
    conversionRate: readNumber(row["conversion_rate"]),
    rejectionRate: readNumber(row["rejection_rate"]),
    pValue: readNumber(row["conversion_p_value"]),
  }));
}
