import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";

/** A condition that was found, from its beginning to its end. */
export interface Alert {
  id: string;
  kind: string;
  severity: "info" | "warning" | "critical";
  message: string;
  facts: Record<string, unknown>;
  opened_at: string;
  respond_by: string;
  last_seen_at: string;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  resolved_at: string | null;
  ended_at: string | null;
}

const COLUMNS =
  "id, kind, severity, message, facts, opened_at, respond_by, last_seen_at, acknowledged_at, acknowledged_by, resolved_at, ended_at";

/** Alerts of an organization, newest first, a page after a moment. Open ones are those that nobody and nothing resolved. */
export function loadAlerts(
  client: SupabaseClient,
  orgId: string,
  { open, after, limit }: { open: boolean; after: Alert | null; limit: number },
  signal: AbortSignal,
): Promise<Alert[]> {
  let question = client.from("ai_alerts").select(COLUMNS).eq("org_id", orgId);
  if (open) question = question.is("resolved_at", null);
  if (after !== null) {
    question = question.or(`opened_at.lt.${after.opened_at},and(opened_at.eq.${after.opened_at},id.lt.${after.id})`);
  }
  return unwrap<Alert[]>(
    question.order("opened_at", { ascending: false }).order("id", { ascending: false }).limit(limit).abortSignal(
      signal,
    ),
  );
}
