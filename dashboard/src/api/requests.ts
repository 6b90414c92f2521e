import type { SupabaseClient } from "@supabase/supabase-js";
import { isUuid } from "../format/is-uuid.ts";
import { unwrap } from "./api-error.ts";
import { readNumber } from "./read-number.ts";

/** A request as lists show it. Money in US dollars, as the log has it; null is unknown. */
export interface RequestRow {
  id: string;
  created_at: string;
  user_id: string | null;
  task: string;
  tier: string | null;
  provider: string | null;
  model: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
  latency_ms: number | null;
  calls: number;
  cached: boolean;
  escalated: boolean;
  fell_back: boolean;
  confidence_score: number | null;
  action: string | null;
  needs_review: boolean;
  status: "succeeded" | "failed" | "cancelled" | "refused" | "swept";
  error_code: string | null;
}

/** One request with everything the log has of it. */
export interface FullRequest extends RequestRow {
  key_id: string | null;
  job_id: string | null;
  subject_type: string | null;
  subject_id: string | null;
  importance: string | null;
  cost_sensitivity: string | null;
  complexity: number | null;
  prompt_key: string | null;
  prompt_version: number | null;
  prompt_variant: string | null;
  cache_read_input_tokens: number | null;
  time_to_first_token_ms: number | null;
  confidence_breakdown: Record<string, unknown> | null;
  fallback_reason: string | null;
  decision: Record<string, unknown> | null;
}

/** One attempt at one provider. */
export interface CallRow {
  id: string;
  created_at: string;
  attempt: number;
  purpose: string;
  provider: string;
  request_model: string;
  response_model: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_input_tokens: number | null;
  cost_usd: number | null;
  usage_source: string;
  latency_ms: number | null;
  time_to_first_token_ms: number | null;
  finish_reason: string | null;
  error_code: string | null;
  stand_in: boolean;
}

const LISTED =
  "id, created_at, user_id, task, tier, provider, model, input_tokens, output_tokens, cost_usd, latency_ms, calls, cached, escalated, fell_back, confidence_score, action, needs_review, status, error_code";

/** What a list of requests is narrowed to; empty text narrows nothing. */
export interface RequestFilter {
  task: string;
  model: string;
  status: string;
  /** escalated, fell_back, cached, needs_review or rules. */
  mark: string;
  user: string;
  job: string;
  /** type:id */
  subject: string;
  /** An id of a request, job or user, or a subject as type:id. */
  search: string;
}

/** Whether a text can be looked for: an id, or a subject as type:id. */
export function isSearchable(text: string): boolean {
  return isUuid(text) || /^[a-z_]+:.+$/.test(text);
}

/** Requests of an organization, newest first, a page after a row. */
export async function loadRequests(
  client: SupabaseClient,
  orgId: string,
  filter: RequestFilter,
  { after, limit }: { after: RequestRow | null; limit: number },
  signal: AbortSignal,
): Promise<RequestRow[]> {
  let question = client.from("ai_request_logs").select(LISTED).eq("org_id", orgId);
  if (filter.task !== "") question = question.eq("task", filter.task);
  if (filter.model !== "") question = question.eq("model", filter.model);
  if (filter.status !== "") question = question.eq("status", filter.status);
  if (filter.user !== "") question = question.eq("user_id", filter.user);
  if (filter.job !== "") question = question.eq("job_id", filter.job);
  if (filter.mark === "rules") question = question.eq("action", "fallback_to_rules");
  else if (filter.mark !== "") question = question.is(filter.mark, true);
  for (const subject of [filter.subject, filter.search].filter((text) => text !== "" && !isUuid(text))) {
    const colon = subject.indexOf(":");
    question = question.eq("subject_type", subject.slice(0, colon)).eq("subject_id", subject.slice(colon + 1));
  }
  if (isUuid(filter.search)) {
    question = question.or(`id.eq.${filter.search},job_id.eq.${filter.search},user_id.eq.${filter.search}`);
  }
  if (after !== null) {
    // The first condition says nothing new, but an index can begin there: an "or" alone is read from the newest row on.
    question = question.lte("created_at", after.created_at).or(
      `created_at.lt.${after.created_at},id.lt.${after.id}`,
    );
  }
  const rows = await unwrap<RequestRow[]>(
    question.order("created_at", { ascending: false }).order("id", { ascending: false }).limit(limit)
      .abortSignal(signal),
  );
  return rows.map(withNumbers);
}

/** One request, its calls in order, and its input and output where they are kept and shown; null when there is none to see. */
export async function loadRequest(client: SupabaseClient, orgId: string, id: string, signal: AbortSignal) {
  if (!isUuid(id)) return null;
  const [requests, calls, payloads] = await Promise.all([
    unwrap<FullRequest[]>(
      client.from("ai_request_logs").select("*").eq("id", id).eq("org_id", orgId).limit(1).abortSignal(signal),
    ),
    unwrap<CallRow[]>(
      client.from("ai_call_logs").select("*").eq("request_id", id).eq("org_id", orgId).order("attempt").limit(100)
        .abortSignal(signal),
    ),
    unwrap<{ input: unknown; output: unknown }[]>(
      client.from("ai_payloads").select("input, output").eq("org_id", orgId).eq("request_id", id).limit(1)
        .abortSignal(signal).overrideTypes<{ input: unknown; output: unknown }[], { merge: false }>(),
    ),
  ]);
  const request = requests[0];
  if (request === undefined) return null;
  return { request: withNumbers(request), calls: calls.map(withNumbers), payload: payloads[0] ?? null };
}

/** Decimals may come as text. */
function withNumbers<Row extends { cost_usd: number | null }>(row: Row): Row {
  const confidence = "confidence_score" in row ? { confidence_score: readNumber(row.confidence_score) } : {};
  return { ...row, cost_usd: readNumber(row.cost_usd), ...confidence };
}

/** What a request's stored decision says when it is made again. */
export interface Replay {
  replayable: boolean;
  /** Null where nothing was chosen. */
  equal: boolean | null;
  /** Why it cannot be replayed, in English. */
  why?: string;
  stored?: Record<string, unknown>;
  replayed?: Record<string, unknown>;
}

/** Makes a stored decision again, by the functions that made it. */
export function replayDecision(client: SupabaseClient, id: string): Promise<Replay> {
  return unwrap<Replay>(client.rpc("replay_decision", { p_id: id }));
}

/** What became of a request. */
export interface Outcome {
  id: string;
  outcome: "accepted" | "edited" | "rejected" | "converted" | "rated";
  source: "person" | "row" | "review";
  user_id: string | null;
  user_rating: number | null;
  feedback_text: string | null;
  correction: unknown;
  created_at: string;
}

/** What people and business rows said of a request, oldest first; the newest hundred. */
export async function loadOutcomes(client: SupabaseClient, orgId: string, requestId: string, signal: AbortSignal) {
  const rows = await unwrap<Outcome[]>(
    client.from("ai_quality_metrics")
      .select("id, outcome, source, user_id, user_rating, feedback_text, correction, created_at")
      .eq("org_id", orgId).eq("request_id", requestId).order("created_at", { ascending: false }).limit(100)
      .abortSignal(signal),
  );
  return rows.reverse();
}

/** Says what became of a request; saying the same again replaces it. */
export function recordOutcome(
  client: SupabaseClient,
  requestId: string,
  { outcome, rating, text }: { outcome: Outcome["outcome"]; rating: number | null; text: string },
): Promise<string> {
  return unwrap<string>(client.rpc("record_outcome", {
    p_request_id: requestId,
    p_outcome: outcome,
    p_user_rating: rating,
    p_feedback_text: text === "" ? null : text,
  }));
}
