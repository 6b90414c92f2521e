import type { SupabaseClient } from "@supabase/supabase-js";
import { ApiError, unwrap } from "./api-error.ts";
import { readCount } from "./read-number.ts";

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
    question = question.lte("opened_at", after.opened_at).or(`opened_at.lt.${after.opened_at},id.lt.${after.id}`);
  }
  return unwrap<Alert[]>(
    question.order("opened_at", { ascending: false }).order("id", { ascending: false }).limit(limit).abortSignal(
      signal,
    ),
  );
}

/** Says that the user looks after an alert. */
export function acknowledgeAlert(client: SupabaseClient, id: string): Promise<unknown> {
  return unwrap(client.rpc("acknowledge_alert", { p_alert_id: id }));
}

/** Closes an alert. */
export function resolveAlert(client: SupabaseClient, id: string): Promise<unknown> {
  return unwrap(client.rpc("resolve_alert", { p_alert_id: id }));
}

/** What a rule may watch. */
export type AlertKind =
  | "budget_90"
  | "budget_100"
  | "cost_per_lead"
  | "error_rate"
  | "fallback_rate"
  | "escalation_rate"
  | "provider_down"
  | "stale_prices"
  | "overrun"
  | "spend_anomaly";

/** What raises an alert. */
export interface AlertRule {
  id: string;
  /** Null: the platform's. */
  org_id: string | null;
  kind: AlertKind;
  severity: Alert["severity"];
  threshold: number;
  look_back: string | null;
  min_count: number;
  active: boolean;
}

/** The rules that count for an organization: its own of a kind instead of the platform's. */
export async function loadAlertRules(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<AlertRule[]> {
  const rules = await unwrap<AlertRule[]>(
    client.from("ai_alert_rules").select("id, org_id, kind, severity, threshold, look_back, min_count, active")
      .or(`org_id.is.null,org_id.eq.${orgId}`).order("kind").order("severity").limit(200).abortSignal(signal),
  );
  const own = new Set(rules.filter(({ org_id }) => org_id !== null).map(({ kind }) => kind));
  return rules.filter(({ org_id, kind }) => org_id !== null || !own.has(kind))
    .map((rule) => ({ ...rule, threshold: readCount(rule.threshold) }));
}

/** Stores an organization's own rule: changes it, or makes one like a platform's. */
export async function saveAlertRule(
  client: SupabaseClient,
  orgId: string,
  rule: AlertRule,
  values: { threshold: number; active: boolean },
): Promise<void> {
  const { id, org_id, kind, severity, look_back, min_count } = rule;
  const rows = await unwrap<unknown[]>(
    org_id === null
      ? client.from("ai_alert_rules").insert({ org_id: orgId, kind, severity, look_back, min_count, ...values }).select(
        "id",
      )
      : client.from("ai_alert_rules").update(values).eq("id", id).select("id"),
  );
  if (rows.length === 0) throw new ApiError("No row was changed", { code: "42501", status: 403 });
}
