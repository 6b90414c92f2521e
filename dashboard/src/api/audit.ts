import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";

/** One change of something that decides about money, models, rights or words. */
export interface AuditEntry {
  seq: number;
  happened_at: string;
  actor_id: string | null;
  actor_role: string;
  action: "insert" | "update" | "delete" | "recompute";
  subject: string;
  subject_key: Record<string, unknown>;
  old_values: Record<string, unknown> | null;
  new_values: Record<string, unknown> | null;
  hash: string;
}

/** Entries of an organization's chain, newest first, a page below a number. */
export function loadAudit(
  client: SupabaseClient,
  orgId: string,
  { subject, before, limit }: { subject: string; before: number | null; limit: number },
  signal: AbortSignal,
): Promise<AuditEntry[]> {
  let question = client.from("ai_audit_log")
    .select("seq, happened_at, actor_id, actor_role, action, subject, subject_key, old_values, new_values, hash").eq(
      "org_id",
      orgId,
    );
  if (subject !== "") question = question.eq("subject", subject);
  if (before !== null) question = question.lt("seq", before);
  return unwrap<AuditEntry[]>(question.order("seq", { ascending: false }).limit(limit).abortSignal(signal));
}

/** Where the chain was tampered with (at most twenty places); empty for a sound one. */
export function checkAudit(
  client: SupabaseClient,
  orgId: string,
  signal: AbortSignal,
): Promise<{ seq: number; problem: string }[]> {
  return unwrap(
    client.from("ai_audit_check").select("seq, problem").eq("org_id", orgId).order("seq").limit(20).abortSignal(signal),
  );
}
