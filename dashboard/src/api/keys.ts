import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";

/** A virtual key, without what opens anything. */
export interface Key {
  id: string;
  name: string;
  prefix: string;
  user_id: string | null;
  /** Null: every model. */
  allowed_models: string[] | null;
  /** Null: every task. */
  allowed_tasks: string[] | null;
  expires_at: string | null;
  revoked_at: string | null;
  created_at: string;
}

/** A key as it is made: its secret is in no later answer. */
export interface MadeKey {
  id: string;
  key: string;
  prefix: string;
}

/** Keys of an organization, newest first: all for owner and admin, their own for others. */
export function loadKeys(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<Key[]> {
  return unwrap<Key[]>(
    client.from("ai_keys")
      .select("id, name, prefix, user_id, allowed_models, allowed_tasks, expires_at, revoked_at, created_at")
      .eq("org_id", orgId).order("created_at", { ascending: false }).limit(1000).abortSignal(signal),
  );
}

/** What a new key is to be. */
export interface NewKey {
  name: string;
  userId: string | null;
  models: string[] | null;
  tasks: string[] | null;
  expiresAt: string | null;
}

/** Makes a key. */
export function createKey(
  client: SupabaseClient,
  orgId: string,
  { name, userId, models, tasks, expiresAt }: NewKey,
): Promise<MadeKey> {
  return unwrap<MadeKey>(client.rpc("create_ai_key", {
    p_org_id: orgId,
    p_name: name,
    p_user_id: userId,
    p_allowed_models: models,
    p_allowed_tasks: tasks,
    p_expires_at: expiresAt,
  }));
}

/** Gives a key a new secret; the old one stops at once. */
export function rotateKey(client: SupabaseClient, orgId: string, id: string): Promise<MadeKey> {
  return unwrap<MadeKey>(client.rpc("rotate_ai_key", { p_org_id: orgId, p_id: id }));
}

/** Ends a key at once. */
export function revokeKey(client: SupabaseClient, orgId: string, id: string): Promise<boolean> {
  return unwrap<boolean>(client.rpc("revoke_ai_key", { p_org_id: orgId, p_id: id }));
}
