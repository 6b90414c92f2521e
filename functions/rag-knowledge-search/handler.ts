import { type ComposedCall, composedHandler, taskHandler, type TaskOptions } from "@shared/ai-task/mod.ts";
import type { Database } from "@shared/db/mod.ts";
import { type ErrorCode, toAppError } from "@shared/errors/mod.ts";
import { waitUntil } from "@shared/http/mod.ts";
import {
  callerDatabase,
  callTask,
  inRankedOrder,
  type KnowledgeDeps,
  metaOfSteps,
  MOST_RERANKED,
  type Ranking,
  rerankTask,
  type StepAnswer,
  systemKnowledgeDeps,
} from "@shared/retrieval/mod.ts";
import { answerTask, type ModelAnswer } from "./answer-task.ts";
import { type CitedAnswer, citedAnswer, citedBy, NO_ANSWER, withinContext } from "./cited-answer.ts";
import { chooseSearch } from "./choose-search.ts";
import { embedQuestion, type QuestionVector } from "./embed-question.ts";
import type { SearchPlan, SearchSettings } from "./search-plan.ts";
import { type Facets, type Found, ragKnowledgeSearch, type SearchAnswer, type SearchInput } from "./task.ts";

/** Without a vector of these reasons the search goes by words; a budget, a limit, a wrong option are for the caller to know. */
const WORDS_SEARCH: readonly ErrorCode[] = ["provider_unavailable", "timeout", "invalid_model_output"];

/** What `search_knowledge` answers. */
interface DatabaseAnswer {
  org_id: string;
  results: Found[];
  facets?: Facets;
  /** Whether to order the results again before they are cut to as many as were asked for. */
  rerank: boolean;
  /** The organization's settings of searches. */
  settings: SearchSettings;
}

/** One search on its way. */
interface Search {
  call: ComposedCall<SearchInput>;
  /** The database under the caller's rights. */
  rights: Database;
  /** What its steps were, in order. */
  steps: StepAnswer<unknown>["meta"][];
}

/**
 * The handler of `rag-knowledge-search`. The search itself is never cached, so that a right taken away counts at once; the
 * question's vector and the answer to the very passages found are. Without a model it searches by words, and gives passages alone.
 *
 * @param deps Default: this deployment's own.
 */
export function searchHandler(deps?: KnowledgeDeps): (request: Request) => Promise<Response> {
  const { task } = ragKnowledgeSearch;
  const rank = taskHandler(rerankTask("rerank-passages"), deps?.task);
  const ask = taskHandler(answerTask, deps?.task);
  return composedHandler(
    ragKnowledgeSearch,
    {
      deps,
      system: systemKnowledgeDeps,
      // An answer under an idempotency key ends as a cached one does: with the passages, or the right to read them.
      mayRepeat: (answer, { identity, orgId }, { database }) =>
        callerDatabase(identity, database).rpc<boolean>("may_read_passages", {
          // The compiler cannot know what is kept under a key; this handler alone keeps answers of this task.
          p_chunk_ids: (answer as { data: SearchAnswer }).data.results.map(({ chunk_id }) => chunk_id),
          p_org_id: orgId,
        }, { idempotent: true }),
    },
    async (call, { database, now, newId }) => {
      const { input } = call;
      const search: Search = { call, rights: callerDatabase(call.identity, database), steps: [] };
      const { searchType, found, reason } = await find(search);
      const { results: ordered, reranked } = found.rerank ? await rerank(search, found) : asFound(found);
      const results = ordered.slice(0, input.match_count ?? found.settings["rag.maxResults"]);
      const answer = input.include_context ? await answerFrom(search, found, results) : null;
      const facets = found.facets ?? null;
      const searchId = newId();
      const data: SearchAnswer = { search_id: searchId, search_type: searchType, reranked, results, facets, answer };
      const meta = metaOfSteps(task, call, search.steps, now());
      waitUntil(search.rights.rpc("record_search", {
        search: {
          id: searchId,
          org_id: found.org_id,
          query: input.query,
          search_type: searchType,
          chunk_ids: results.map(({ chunk_id }) => chunk_id),
          cited_ids: answer === null ? null : citedBy(answer, results),
          latency_ms: Math.round(meta.latency_ms),
        },
      }));
      const unsure = answer?.claims.some(({ supported }) => supported !== true) ?? false;
      // Without a vector and without a model's answer, words alone chose the passages.
      const byWords = reason !== null && meta.model === null ? { action: "fallback_to_rules" as const } : {};
      return {
        data,
        meta: {
          ...meta,
          ...byWords,
          fallback_reason: meta.fallback_reason ?? reason,
          needs_review: meta.needs_review || unsure,
        },
      };
    },
  );

  /** The passages, found as the organization's plan says: by words too where a vector was wanted and nobody gave one, with the reason. */
  async function find(
    { call: { request, input, orgId, options }, rights, steps }: Search,
  ): Promise<{ searchType: SearchAnswer["search_type"]; found: DatabaseAnswer; reason: ErrorCode | null }> {
    const { query, history, filters } = input;
    const asked = { signal: request.signal, idempotent: true };
    const told = input.search_type === undefined ? null : chooseSearch(input.search_type, query);
    // What is looked up by words needs no plan, unless the plan says so.
    const plan = told === "keyword"
      ? null
      : await rights.rpc<SearchPlan>("search_plan", { p_org_id: orgId, p_base_ids: filters.base_ids ?? null }, asked);
    const wanted = told ?? chooseSearch(plan?.settings["rag.strategy"] ?? "hybrid", query);
    let vector: QuestionVector | null = null;
    let reason: ErrorCode | null = null;
    if (wanted !== "keyword" && plan !== null) {
      try {
        const question = { query, history, orgId, plan, options: stepOptions(options) };
        vector = await embedQuestion(question, request, deps?.task);
        steps.push(vector.meta);
      } catch (error) {
        reason = toAppError(error).code;
        if (!WORDS_SEARCH.includes(reason)) throw error;
      }
    }
    const searchType = reason === null ? wanted : "keyword";
    const found = await rights.rpc<DatabaseAnswer>("search_knowledge", {
      p_query: query,
      p_org_id: orgId,
      p_embedding: vector?.embedding ?? null,
      p_embedding_model: vector?.model ?? null,
      p_search_type: searchType,
      p_filters: filters,
      p_match_count: input.match_count ?? null,
      p_match_threshold: input.match_threshold ?? null,
      p_facets: input.facets,
      p_rerank: input.rerank ?? null,
    }, asked);
    return { searchType, found, reason };
  }

  /** The same passages as a model orders them, unless its answer is of no use. */
  async function rerank(
    { call: { request, input, options }, steps }: Search,
    found: DatabaseAnswer,
  ): Promise<{ results: Found[]; reranked: boolean }> {
    if (found.results.length < 2) return asFound(found);
    const passages = found.results.slice(0, MOST_RERANKED);
    const step = await callTask<{ ranking: Ranking }>(rank, request, {
      input: {
        question: input.query,
        passages: passages.map(({ chunk_id, content }) => ({ id: chunk_id, content })),
      },
      org_id: found.org_id,
      options: { ...stepOptions(options), ...cacheOf(found) },
    });
    steps.push(step.meta);
    if (step.meta.action !== "use_ai_result") return asFound(found);
    return { results: inRankedOrder(found.results, step.data.ranking), reranked: true };
  }

  /** What a model says of the passages; null where only the search's own rules answered. */
  async function answerFrom(
    { call: { request, input, options }, steps }: Search,
    found: DatabaseAnswer,
    results: readonly Found[],
  ): Promise<CitedAnswer | null> {
    const passages = withinContext(results, found.settings["rag.maxContextTokens"]);
    if (passages.length === 0) return NO_ANSWER;
    const { model } = options;
    const step = await callTask<ModelAnswer>(ask, request, {
      input: {
        question: input.query,
        passages: passages.map(({ chunk_id, section, content }) => ({ chunk_id, source: section, content })),
      },
      org_id: found.org_id,
      options: { ...stepOptions(options), ...(model === undefined ? {} : { model }), ...cacheOf(found) },
    });
    steps.push(step.meta);
    return step.meta.action === "use_ai_result" ? citedAnswer(step.data, passages) : null;
  }
}

function asFound({ results }: DatabaseAnswer): { results: Found[]; reranked: boolean } {
  return { results, reranked: false };
}

/** What steps take of the caller's options: the model is the answer's alone. */
function stepOptions({ model: _model, ...shared }: TaskOptions): TaskOptions {
  return { ...shared, stream: false };
}

function cacheOf({ settings }: DatabaseAnswer): Pick<TaskOptions, "cache"> {
  return settings["rag.cache"] ? {} : { cache: "off" };
}
