import type { SupabaseClient } from "@supabase/supabase-js";
import type { Day } from "../format/days.ts";
import { unwrap } from "./api-error.ts";
import { readCount, readNumber } from "./read-number.ts";
import type { Scope } from "./usage.ts";

type Row = Record<string, unknown>;

/** The searches of a day, or of several. */
export interface SearchFigures {
  searches: number;
  withoutResults: number;
  /** Searches that asked for an answer, and those that got one. */
  questions: number;
  answered: number;
  /** Searches of which a passage was opened. */
  clicked: number;
  /** Searches of which a passage was opened or called fitting. */
  judged: number;
  /** 1 / place of the first such passage, on average of the judged; null without any. */
  meanReciprocalRank: number | null;
  /** On average of all; null where none was measured. */
  latencyMs: number | null;
}

/** The searches of one day. */
export interface SearchDay extends SearchFigures {
  day: Day;
}

/** Searches by day, first day first; days without any are missing. */
export async function loadSearchDays(client: SupabaseClient, { orgId, from, to }: Scope, signal: AbortSignal) {
  const rows = await unwrap<Row[]>(
    client.from("knowledge_search_daily").select("*").eq("org_id", orgId).gte("day", from).lte("day", to).order("day")
      .limit(1000).abortSignal(signal),
  );
  return rows.map((row): SearchDay => ({
    day: String(row["day"]),
    searches: readCount(row["search_count"]),
    withoutResults: readCount(row["without_results_count"]),
    questions: readCount(row["question_count"]),
    answered: readCount(row["answered_count"]),
    clicked: readCount(row["clicked_count"]),
    judged: readCount(row["judged_count"]),
    meanReciprocalRank: readNumber(row["mean_reciprocal_rank"]),
    latencyMs: readNumber(row["avg_latency_ms"]),
  }));
}

/** What several days add up to: averages weigh each day by what they were taken over. */
export function addSearchDays(days: readonly SearchFigures[]): SearchFigures {
  const sum = (count: (day: SearchFigures) => number) => days.reduce((all, day) => all + count(day), 0);
  const mean = (value: (day: SearchFigures) => number | null, weight: (day: SearchFigures) => number) => {
    const known = days.filter((day) => value(day) !== null);
    const whole = known.reduce((all, day) => all + weight(day), 0);
    return whole === 0 ? null : known.reduce((all, day) => all + (value(day) ?? 0) * weight(day), 0) / whole;
  };
  return {
    searches: sum(({ searches }) => searches),
    withoutResults: sum(({ withoutResults }) => withoutResults),
    questions: sum(({ questions }) => questions),
    answered: sum(({ answered }) => answered),
    clicked: sum(({ clicked }) => clicked),
    judged: sum(({ judged }) => judged),
    meanReciprocalRank: mean(({ meanReciprocalRank }) => meanReciprocalRank, ({ judged }) => judged),
    latencyMs: mean(({ latencyMs }) => latencyMs, ({ searches }) => searches),
  };
}

/** Something that was searched for in vain. */
export interface Unanswered {
  /** In lower case. */
  query: string;
  searches: number;
  users: number;
  withoutResults: number;
  withoutAnswer: number;
  lastAt: string;
}

/** What was searched for in vain, most often first. */
export async function loadUnanswered(client: SupabaseClient, orgId: string, limit: number, signal: AbortSignal) {
  const rows = await unwrap<Row[]>(
    client.from("knowledge_unanswered").select("*").eq("org_id", orgId).order("search_count", { ascending: false })
      .order("last_at", { ascending: false }).limit(limit).abortSignal(signal),
  );
  return rows.map((row): Unanswered => ({
    query: String(row["query"]),
    searches: readCount(row["search_count"]),
    users: readCount(row["user_count"]),
    withoutResults: readCount(row["without_results_count"]),
    withoutAnswer: readCount(row["without_answer_count"]),
    lastAt: String(row["last_at"]),
  }));
}

/** A document and in how many searches it was found, cited, opened and judged. */
export interface DocumentUse {
  id: string;
  name: string;
  found: number;
  cited: number;
  clicked: number;
  relevant: number;
  irrelevant: number;
  updatedAt: string;
}

/** Documents that were found, most often first; or those that never were, oldest first. */
export async function loadDocumentUse(
  client: SupabaseClient,
  orgId: string,
  { used, limit }: { used: boolean; limit: number },
  signal: AbortSignal,
) {
  const all = client.from("knowledge_document_use").select("*").eq("org_id", orgId);
  const question = used
    ? all.gt("found_count", 0).order("found_count", { ascending: false }).order("document_id")
    : all.eq("found_count", 0).eq("state", "processed").order("updated_at").order("document_id");
  const rows = await unwrap<Row[]>(question.limit(limit).abortSignal(signal));
  return rows.map((row): DocumentUse => ({
    id: String(row["document_id"]),
    name: String(row["name"]),
    found: readCount(row["found_count"]),
    cited: readCount(row["cited_count"]),
    clicked: readCount(row["clicked_count"]),
    relevant: readCount(row["relevant_count"]),
    irrelevant: readCount(row["irrelevant_count"]),
    updatedAt: String(row["updated_at"]),
  }));
}

/** A tag, how many documents have it and how they are used. */
export interface TagUse {
  tag: string;
  documents: number;
  unused: number;
  found: number;
  clicked: number;
}

/** Tags, the most used first. */
export async function loadTagUse(client: SupabaseClient, orgId: string, limit: number, signal: AbortSignal) {
  const rows = await unwrap<Row[]>(
    client.from("knowledge_tag_use").select("*").eq("org_id", orgId).order("found_count", { ascending: false })
      .order("tag").limit(limit).abortSignal(signal),
  );
  return rows.map((row): TagUse => ({
    tag: String(row["tag"]),
    documents: readCount(row["document_count"]),
    unused: readCount(row["unused_document_count"]),
    found: readCount(row["found_count"]),
    clicked: readCount(row["clicked_count"]),
  }));
}

/** What state a base is in. */
export interface BaseHealth {
  id: string;
  name: string;
  documents: number;
  pending: number;
  failed: number;
  /** Processed, and not changed for a year. */
  stale: number;
  passages: number;
  /** Passages that only words find. */
  unembedded: number;
  /** Null: nothing was processed yet. */
  lastProcessedAt: string | null;
}

/** The state of the bases, by name. */
export async function loadBaseHealth(client: SupabaseClient, orgId: string, signal: AbortSignal) {
  const rows = await unwrap<Row[]>(
    client.from("knowledge_base_health").select("*").eq("org_id", orgId).order("name").order("base_id").limit(1000)
      .abortSignal(signal),
  );
  return rows.map((row): BaseHealth => ({
    id: String(row["base_id"]),
    name: String(row["name"]),
    documents: readCount(row["document_count"]),
    pending: readCount(row["pending_count"]),
    failed: readCount(row["failed_count"]),
    stale: readCount(row["stale_count"]),
    passages: readCount(row["chunk_count"]),
    unembedded: readCount(row["unembedded_count"]),
    lastProcessedAt: row["last_processed_at"] as string | null,
  }));
}
