import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { DataApiConfig } from "./data-api.ts";

/** A supabase-js client that keeps no session of its own. */
export function supabaseClient(
  config: DataApiConfig,
  token: string | null,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): SupabaseClient {
  const key = token === null ? config.secretKeys[0]?.key : config.publishableKeys[0];
  return createClient(config.supabaseUrl, key ?? "", {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch, headers: token === null ? {} : { Authorization: `Bearer ${token}` } },
  });
}
