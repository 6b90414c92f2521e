import { composedHandler, taskHandler } from "@shared/ai-task/mod.ts";
import { type ErrorCode, toAppError } from "@shared/errors/mod.ts";
import { waitUntil } from "@shared/http/mod.ts";
import {
  callerDatabase,
  callTask,
  checkClaim,
  inRankedOrder,
  type KnowledgeDeps,
  metaOfSteps,
  metaWithoutCalls,
  MOST_RERANKED,
  type Ranking,
  rerankTask,
  type StepAnswer,
  systemKnowledgeDeps,
} from "@shared/retrieval/mod.ts";
import { answerTask, type ModelAnswer } from "./answer-task.ts";
import { chooseSearch } from "./choose-search.ts";
import { embedQuestion, type QuestionVector } from "./embed-question.ts";
import type { SearchPlan, SearchSettings } from "./search-plan.ts";
import { type Claim, type Facets, type Found, ragKnowledgeSearch, type SearchAnswer } from "./task.ts";

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

/**
 * The handler of `rag-knowledge-search`. The search itself is never cached, so that a right taken away counts at once; the
 * question's vector and the answer to the very passages found are. Without a model it searches by words, and gives passages alone.
 *
 * @param deps Default: this deployment's own.
 */
export function searchHandler(deps?: KnowledgeDeps): (request: Request) => Promise<Response> {
  const { task } = ragKnowledgeSearch;
  const rank = taskHandler(rerankTask("rerank-passages"), deps?.task);
  const answerFrom = taskHandler(answerTask, deps?.task);
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
    async ({ request, requestId, startedAt, identity, input, orgId: named, options }, { database, now, newId }) => {
      const rights = callerDatabase(identity, database);
      const { model, ...shared } = options;
      const stepOptions = { ...shared, stream: false };

      const steps: StepAnswer<unknown>["meta"][] = [];
      const told = input.search_type === undefined ? null : chooseSearch(input.search_type, input.query);
      // What is looked up by words needs no plan, unless the plan says so.
      const plan = told === "keyword" ? null : await rights.rpc<SearchPlan>("search_plan", {
        p_org_id: named,
        p_base_ids: input.filters.base_ids ?? null,
      }, { signal: request.signal, idempotent: true });
      let searchType = told ?? chooseSearch(plan?.settings["rag.strategy"] ?? "hybrid", input.query);
      let vector: QuestionVector | null = null;
      let reason: ErrorCode | null = null;
      if (searchType !== "keyword" && plan !== null) {
        const { query, history } = input;
        const asked = { query, history, orgId: named, plan, options: stepOptions };
        try {
          vector = await embedQuestion(asked, request, deps?.task);
          steps.push(vector.meta);
        } catch (error) {
          reason = toAppError(error).code;
          if (!WORDS_SEARCH.includes(reason)) throw error;
          searchType = "keyword";
        }
      }
      const { org_id: orgId, results: found, facets = null, rerank, settings } = await rights.rpc<DatabaseAnswer>(
        "search_knowledge",
        {
          p_query: input.query,
          p_org_id: named,
          p_embedding: vector?.embedding ?? null,
          p_embedding_model: vector?.model ?? null,
          p_search_type: searchType,
          p_filters: input.filters,
          p_match_count: input.match_count ?? null,
          p_match_threshold: input.match_threshold ?? null,
          p_facets: input.facets,
          p_rerank: input.rerank ?? null,
        },
        { signal: request.signal, idempotent: true },
      );

      const cache = settings["rag.cache"] ? {} : { cache: "off" };
      let results = found;
      let reranked = false;
      if (rerank && found.length > 1) {
        const step = await callTask<{ ranking: Ranking }>(rank, request, {
          input: {
            question: input.query,
            passages: found.slice(0, MOST_RERANKED).map(({ chunk_id, content }) => ({ id: chunk_id, content })),
          },
          org_id: orgId,
          options: { ...stepOptions, ...cache },
        });
        steps.push(step.meta);
        reranked = step.meta.action === "use_ai_result";
        if (reranked) results = inRankedOrder(found, step.data.ranking);
      }
      results = results.slice(0, input.match_count ?? settings["rag.maxResults"]);

      let answer: SearchAnswer["answer"] = null;
      if (input.include_context) {
        answer = { found: false, text: null, claims: [] };
        const passages = withinContext(results, settings["rag.maxContextTokens"]);
        if (passages.length > 0) {
          const step = await callTask<ModelAnswer>(answerFrom, request, {
            input: {
              question: input.query,
              passages: passages.map(({ chunk_id, section, content }) => ({ chunk_id, source: section, content })),
            },
            org_id: orgId,
            options: {
              ...stepOptions,
              ...(model === undefined ? {} : { model }),
              ...cache,
            },
          });
          steps.push(step.meta);
          answer = step.meta.action === "use_ai_result" ? checked(step.data, passages) : null;
        }
      }
      const searchId = newId();
      const data: SearchAnswer = { search_id: searchId, search_type: searchType, reranked, results, facets, answer };
      const latencyMs = now() - startedAt;
      const meta = metaOfSteps(task, steps, latencyMs) ?? metaWithoutCalls(task, requestId, latencyMs);
      waitUntil(rights.rpc("record_search", {
        search: {
          id: searchId,
          org_id: orgId,
          query: input.query,
          search_type: searchType,
          chunk_ids: results.map(({ chunk_id }) => chunk_id),
          cited_ids: answer === null ? null : citedBy(answer, results),
          latency_ms: Math.round(latencyMs),
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
}

/** The best passages that fit the context; the first one always. */
function withinContext(results: readonly Found[], mostTokens: number): Found[] {
  let tokens = 0;
  return results.filter(({ token_count }, index) => {
    tokens += token_count;
    return index === 0 || tokens <= mostTokens;
  });
}

/** Ids of the passages that an answer cites, each once. */
function citedBy({ claims }: NonNullable<SearchAnswer["answer"]>, results: readonly Found[]): string[] {
  const numbers = new Set(claims.flatMap(({ citations }) => citations));
  return results.filter((_, index) => numbers.has(index + 1)).map(({ chunk_id }) => chunk_id);
}

function checked({ claims }: ModelAnswer, passages: readonly Found[]): NonNullable<SearchAnswer["answer"]> {
  if (claims.length === 0) return { found: false, text: null, claims: [] };
  const looked: Claim[] = claims.map(({ statement: text, citations }) => {
    const known = [...new Set(citations)].filter((number) => passages[number - 1] !== undefined);
    const cited = known.flatMap((number) => passages[number - 1] ?? []);
    return {
      text,
      citations: known,
      supported: checkClaim(text, cited.map(({ section, content }) => `${section}\n${content}`)),
    };
  });
  const text = looked.map(({ text, citations }) => [text, ...citations.map((number) => `[${number}]`)].join(" ")).join(
    "\n",
  );
  return { found: true, text, claims: looked };
}
