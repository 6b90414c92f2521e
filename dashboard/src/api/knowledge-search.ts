import type { SupabaseClient } from "@supabase/supabase-js";
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
  search_type: "semantic" | "keyword" | "hybrid";
  results: FoundPassage[];
  /** Null when none was asked for. */
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
