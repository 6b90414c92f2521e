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
  /** Empty: every one. */
  languages: string[];
  tags: string[];
  /** Names of the organization's tools. */
  tools: string[];
  /** Ids; empty: everything the user may read. */
  knowledge_bases: string[];
  /** Ids of assistants it may hand a conversation over to. */
  hand_off_to: string[];
  mode: "chat" | "agent";
  max_steps: number;
  max_seconds: number;
  /** US dollars of one answer; null: only the budgets limit it. */
  max_cost_usd: number | null;
}

/** What is decided about an assistant without making a version of it. */
export interface AssistantStanding {
  status: "draft" | "active" | "inactive";
  visibility: "private" | "organization" | "public";
  is_template: boolean;
}

/** An assistant of an organization. */
export interface Assistant extends AssistantConfig, AssistantStanding {
  id: string;
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
  return rows.map(withNumbers);
}

function withNumbers<Row extends AssistantConfig>(row: Row): Row {
  return { ...row, temperature: readNumber(row.temperature) ?? 0, max_cost_usd: readNumber(row.max_cost_usd) };
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

/** Chooses whom the user talks to when nobody is named; null: the plain assistant again. */
export async function chooseDefaultAssistant(client: SupabaseClient, orgId: string, id: string | null): Promise<void> {
  await unwrap(client.rpc("set_default_assistant", { p_org_id: orgId, p_assistant_id: id }));
}

/**
 * Makes an assistant, or changes what the configuration names of one.
 * @throws {ApiError} what is wrong with it; `conflict` when somebody else changed it since the version.
 */
export async function saveAssistant(
  client: SupabaseClient,
  orgId: string,
  config: Partial<AssistantConfig & AssistantStanding>,
  of: { id: string; version: number } | null,
): Promise<Assistant> {
  return await unwrap<Assistant>(
    client.rpc("save_assistant", {
      p_org_id: orgId,
      p_config: config,
      ...(of === null ? {} : { p_assistant_id: of.id, p_expected_version: of.version }),
    }),
  );
}

/** A private draft of the user's own with the configuration of one he sees. */
export async function copyAssistant(client: SupabaseClient, orgId: string, id: string, name: string) {
  return await unwrap<Assistant>(client.rpc("copy_assistant", { p_org_id: orgId, p_assistant_id: id, p_name: name }));
}

/** Deletes an assistant; conversations with it stay. */
export async function deleteAssistant(client: SupabaseClient, orgId: string, id: string): Promise<void> {
  await unwrap(client.from("ai_assistants").delete().eq("org_id", orgId).eq("id", id));
}

/** A configuration that an assistant had. */
export interface AssistantVersion {
  version: number;
  config: AssistantConfig;
  changed_by: string | null;
  created_at: string;
}

/** The versions of an assistant, newest first; empty for whom they are not to be seen. */
export async function loadVersions(client: SupabaseClient, orgId: string, id: string, signal: AbortSignal) {
  const rows = await unwrap<AssistantVersion[]>(
    client.from("ai_assistant_versions").select("version, config, changed_by, created_at").eq("org_id", orgId)
      .eq("assistant_id", id).order("version", { ascending: false }).limit(200).abortSignal(signal)
      .overrideTypes<AssistantVersion[], { merge: false }>(),
  );
  return rows;
}

/** Gives an assistant the configuration of an earlier version, as a new version. */
export async function rollBackAssistant(client: SupabaseClient, orgId: string, id: string, version: number) {
  await unwrap(client.rpc("roll_back_assistant", { p_org_id: orgId, p_assistant_id: id, p_version: version }));
}

/** What an assistant can be given to do beside talking. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  writes: boolean;
  enabled: boolean;
}

/** The organization's tools that the user may use, by name. */
export function loadTools(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<Tool[]> {
  return unwrap<Tool[]>(
    client.from("ai_tools").select("name, title, description, writes, enabled").eq("org_id", orgId).order("name")
      .limit(1000).abortSignal(signal),
  );
}

/** Exact ids of the models that chat, by name. */
export async function loadChatModels(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<string[]> {
  const rows = await unwrap<{ model: string; org_id: string | null }[]>(
    client.from("ai_models").select("model, org_id").eq("kind", "chat").eq("active", true).order("model").limit(1000)
      .abortSignal(signal),
  );
  return [...new Set(rows.filter(({ org_id }) => org_id === null || org_id === orgId).map(({ model }) => model))];
}
