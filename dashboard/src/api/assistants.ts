import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readNumber } from "./read-number.ts";

/** What an assistant is configured to be; every change of it is a version. */
export interface AssistantConfig {
  name: string;
  description: string;
  personality: string;
  instructions: string;
  /** Exact model id; null: the policy chooses. */
  model: string | null;
  importance: "low" | "medium" | "high";
  temperature: number;
  max_output_tokens: number;
  languages: string[];
  tags: string[];
}

/** An assistant of an organization. */
export interface Assistant extends AssistantConfig {
  id: string;
  status: "draft" | "active" | "inactive";
  visibility: "private" | "organization" | "public";
  is_template: boolean;
  created_by: string | null;
  version: number;
  updated_at: string;
}

/** The assistants the user sees, by name. */
export async function loadAssistants(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<Assistant[]> {
  const rows = await unwrap<Assistant[]>(
    client.from("ai_assistants").select("*").eq("org_id", orgId).order("name").order("id").limit(1000)
      .abortSignal(signal),
  );
  return rows.map((row) => ({ ...row, temperature: readNumber(row.temperature) ?? 0 }));
}

/** The id of whom the user talks to when nobody is named; null: the plain assistant. */
export async function loadDefaultAssistant(
  client: SupabaseClient,
  orgId: string,
  signal: AbortSignal,
): Promise<string | null> {
  const rows = await unwrap<{ assistant_id: string }[]>(
    client.from("ai_default_assistants").select("assistant_id").eq("org_id", orgId).limit(1).abortSignal(signal),
  );
  return rows[0]?.assistant_id ?? null;
}
