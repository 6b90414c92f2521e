import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readNumber } from "./read-number.ts";

/** What can be decided of a review. */
export const DECISIONS = ["approved", "needs_improvement", "rejected", "escalated"] as const;

export type Decision = typeof DECISIONS[number];

/** An answer that waits for a person, or was looked at by one. */
export interface Review {
  id: string;
  request_id: string;
  task: string;
  status: "pending" | "in_progress" | Decision;
  priority: "low" | "medium" | "high" | "urgent";
  reason: "low_confidence" | "models_disagree" | "low_confidence_rules";
  confidence: number | null;
  assigned_to: string | null;
  decided_by: string | null;
  note: string | null;
  correction: unknown;
  created_at: string;
  decided_at: string | null;
}

const COLUMNS =
  "id, request_id, task, status, priority, reason, confidence, assigned_to, decided_by, note, correction, created_at, decided_at";

/** Statuses of reviews that somebody has yet to decide. */
const OPEN = ["pending", "in_progress", "escalated"];

/** Reviews of an organization: open ones from the oldest on, decided ones from the newest on; a page after a row. */
export async function loadReviews(
  client: SupabaseClient,
  orgId: string,
  { open, after, limit }: { open: boolean; after: Review | null; limit: number },
  signal: AbortSignal,
): Promise<Review[]> {
  let question = client.from("ai_reviews").select(COLUMNS).eq("org_id", orgId);
  question = open ? question.in("status", OPEN) : question.not("status", "in", `(${OPEN.join(",")})`);
  if (after !== null) {
    const { created_at, id } = after;
    question = open
      ? question.gte("created_at", created_at).or(`created_at.gt.${created_at},id.gt.${id}`)
      : question.lte("created_at", created_at).or(`created_at.lt.${created_at},id.lt.${id}`);
  }
  const rows = await unwrap<Review[]>(
    question.order("created_at", { ascending: open }).order("id", { ascending: open }).limit(limit).abortSignal(signal),
  );
  return rows.map(readReview);
}

/** How many reviews nobody has decided yet. */
export async function countOpenReviews(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<number> {
  const { count, error, status } = await client.from("ai_reviews").select("id", { count: "exact", head: true })
    .eq("org_id", orgId).in("status", OPEN).abortSignal(signal);
  await unwrap(Promise.resolve({ data: count, error, status }));
  return count ?? 0;
}

/** Takes a review, or with null the next one of the organization; null when the queue is empty. */
export async function claimReview(client: SupabaseClient, orgId: string, id: string | null): Promise<Review | null> {
  const row = await unwrap<Review | null>(client.rpc("claim_review", { p_id: id, p_org_id: orgId }));
  return row === null || row.id === null ? null : readReview(row);
}

/** Decides a review; its answer becomes a label that calibration learns from. */
export function decideReview(
  client: SupabaseClient,
  id: string,
  { decision, note, correction }: { decision: Decision; note: string; correction: unknown },
): Promise<unknown> {
  return unwrap(
    client.rpc("decide_review", {
      p_id: id,
      p_decision: decision,
      p_note: note === "" ? null : note,
      p_correction: correction ?? null,
    }),
  );
}

function readReview(row: Review): Review {
  return { ...row, confidence: readNumber(row.confidence) };
}
