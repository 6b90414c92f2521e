import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { callFunction, type TaskAnswer } from "./functions.ts";

export const SEARCH_TYPES = ["adaptive", "hybrid", "semantic", "keyword"] as const;

/** A question and where to look. */
export interface KnowledgeQuestion {
  query: string;
  search_type: typeof SEARCH_TYPES[number];
  filters: { base_ids?: string[]; document_ids?: string[]; tags?: string[]; language?: string; from?: string };
  match_count: number;
  /** Also answer from what is found. */
  include_context: boolean;
}

/** A passage that was found. */
export interface FoundPassage {
  chunk_id: string;
  document_id: string;
  base_id: string;
  document: string;
  section: string;
  page: number | null;
  position: number;
  char_start: number;
  char_end: number;
  type: string;
  language: string | null;
  content: string;
  /** 0 … 1, comparable within one answer only. */
  score: number;
  similarity: number | null;
  keyword_rank: number | null;
}

/** One statement of an answer; citations count the results from 1. */
export interface Claim {
  text: string;
  citations: number[];
  /** Null: nobody could tell. */
  supported: boolean | null;
}

/** What a search gives. */
export interface KnowledgeFound {
  /** Names the search to judgePassage. */
  search_id: string;
  search_type: "semantic" | "keyword" | "hybrid";
  results: FoundPassage[];
  /** Null when none was asked for, and where no model could answer. */
  answer: { found: boolean; claims: Claim[] } | null;
}

/** Looks for passages, and answers from them where that is asked for. */
export function searchKnowledge(
  client: SupabaseClient,
  orgId: string,
  question: KnowledgeQuestion,
  signal: AbortSignal,
): Promise<TaskAnswer<KnowledgeFound>> {
  return callFunction(client, "rag-knowledge-search", { input: question, org_id: orgId }, { signal });
}

/** How a search that was begun may go on: a question that found something before, a document's name, a tag. */
export interface Suggestion {
  text: string;
  kind: "question" | "document" | "tag";
}

/** Suggestions for a beginning of two characters or more; none where the organization wants none. */
export function suggestSearches(
  client: SupabaseClient,
  orgId: string,
  start: string,
  signal: AbortSignal,
): Promise<Suggestion[]> {
  return unwrap<Suggestion[]>(
    client.rpc("suggest_searches", { p_start: start, p_org_id: orgId }).abortSignal(signal),
  );
}

/** What somebody made of a passage: opened it, or said whether it fits. */
export type Judgement = "clicked" | "relevant" | "irrelevant";

/**
 * Keeps what the user made of a passage that his search found; of relevant and irrelevant the last word counts.
 * @throws {ApiError} status 404 where searches are not kept.
 */
export async function judgePassage(
  client: SupabaseClient,
  orgId: string,
  { searchId, chunkId, kind }: { searchId: string; chunkId: string; kind: Judgement },
): Promise<void> {
  await unwrap(
    client.rpc("judge_passage", { p_search_id: searchId, p_chunk_id: chunkId, p_kind: kind, p_org_id: orgId }),
  );
}
