import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";

/** What a setting is, and which values fit. */
export interface SettingDefinition {
  key: string;
  type: "boolean" | "integer" | "number" | "string" | "duration" | "object" | "array";
  scopes: ("global" | "organization" | "user")[];
  default_value: unknown;
  /** The subset of JSON Schema that the database checks. */
  schema: Record<string, unknown>;
  merge: "replace" | "merge" | "append";
  description: string;
  admin_writable: boolean;
}

/** A value stored at one scope. */
export interface StoredSetting {
  id: string;
  key: string;
  org_id: string | null;
  user_id: string | null;
  value: unknown;
  version: number;
  updated_at: string;
}

/** Every setting there is, by key. */
export async function loadDefinitions(client: SupabaseClient, signal: AbortSignal): Promise<SettingDefinition[]> {
  const definitions: SettingDefinition[] = [];
  const page = 1000;
  for (;;) {
    let question = client.from("ai_setting_definitions")
      .select("key, type, scopes, default_value, schema, merge, description, admin_writable").order("key").limit(page);
    const last = definitions.at(-1);
    if (last !== undefined) question = question.gt("key", last.key);
    const rows = await unwrap<SettingDefinition[]>(question.abortSignal(signal));
    definitions.push(...rows);
    if (rows.length < page) return definitions;
  }
}

/** Values stored for an organization, and the user's own everywhere: at most two a key. */
export async function loadStoredSettings(
  client: SupabaseClient,
  { orgId, userId }: { orgId: string; userId: string },
  signal: AbortSignal,
): Promise<StoredSetting[]> {
  const columns = "id, key, org_id, user_id, value, version, updated_at";
  const [organization, own] = await Promise.all([
    unwrap<StoredSetting[]>(
      client.from("ai_settings").select(columns).eq("org_id", orgId).is("user_id", null).limit(1000).abortSignal(
        signal,
      ),
    ),
    unwrap<StoredSetting[]>(
      client.from("ai_settings").select(columns).is("org_id", null).eq("user_id", userId).limit(1000).abortSignal(
        signal,
      ),
    ),
  ]);
  return [...organization, ...own];
}

/** Where a value is stored. */
export type SettingScope = { org: string } | { user: string };

const scopeArguments = (scope: SettingScope) => "org" in scope ? { p_org_id: scope.org } : { p_user_id: scope.user };

/** Stores a value unless somebody changed it since `version` (0: there was none). */
export function setSetting(
  client: SupabaseClient,
  key: string,
  value: unknown,
  scope: SettingScope,
  version: number,
): Promise<unknown> {
  return unwrap(
    client.rpc("set_setting", { p_key: key, p_value: value, ...scopeArguments(scope), p_expected_version: version }),
  );
}

/** Removes a value, so that the wider scope counts again. */
export function unsetSetting(
  client: SupabaseClient,
  key: string,
  scope: SettingScope,
  version: number,
): Promise<unknown> {
  return unwrap(client.rpc("unset_setting", { p_key: key, ...scopeArguments(scope), p_expected_version: version }));
}
