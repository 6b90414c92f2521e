import { composedHandler, taskHandler } from "@shared/ai-task/mod.ts";
import { type ErrorCode, toAppError } from "@shared/errors/mod.ts";
import { isStillRecalled, type MemoryItem } from "@shared/memory/mod.ts";
import {
  callerDatabase,
  callTask,
  embeddingTask,
  type KnowledgeDeps,
  metaOfSteps,
  metaWithoutCalls,
  type StepAnswer,
  systemKnowledgeDeps,
} from "@shared/retrieval/mod.ts";
import { conversationMemoryRetrieve, type Recall } from "./task.ts";

/** Failures after which words alone answer; every other is for the caller to know. */
const WORDS_ANSWER: readonly ErrorCode[] = [
  "provider_unavailable",
  "timeout",
  "budget_exhausted",
  "rate_limited",
  "model_unpriced",
  "internal",
];

interface Vector {
  embedding: string;
  model: string;
}

/**
 * The handler of `conversation-memory-retrieve`: the question's vector by the router, everything else in one database call under
 * the caller's rights.
 *
 * @param deps Default: this deployment's own.
 */
export function retrieveHandler(deps?: KnowledgeDeps): (request: Request) => Promise<Response> {
  const { task, title } = conversationMemoryRetrieve;
  const embed = taskHandler(embeddingTask(task, title), deps?.task);
  return composedHandler(
    conversationMemoryRetrieve,
    {
      deps,
      system: systemKnowledgeDeps,
      // The compiler cannot know what is kept under a key; this handler alone keeps answers of this task.
      mayRepeat: (answer, { identity, orgId }, { database }) =>
        isStillRecalled(callerDatabase(identity, database), (answer as { data: Recall }).data.results, orgId),
    },
    async ({ request, requestId, startedAt, identity, input, orgId, options }, { database, now }) => {
      const rights = callerDatabase(identity, database);
      const { query, limit, search_type: _asked, ...filters } = input;
      const steps: StepAnswer<unknown>["meta"][] = [];
      let reason: ErrorCode | null = null;
      let data: Recall;
      if (query === undefined) {
        const { items } = await rights.rpc<{ items: MemoryItem[] }>("list_memories", {
          p_org_id: orgId,
          p_filters: { lead_id: input.lead_id ?? null, user_id: input.user_id ?? null },
          p_limit: limit,
        }, { signal: request.signal, idempotent: true });
        data = { found: items.length > 0, confidence: null, search_type: "latest", results: items.map(latest) };
      } else {
        let vector: Vector | null = null;
        if (input.search_type === "hybrid") {
          try {
            const { model: _model, ...shared } = options;
            const step = await callTask<{ embeddings: number[][]; model: string }>(embed, request, {
              input: { texts: [query] },
              ...(orgId === null ? {} : { org_id: orgId }),
              options: { ...shared, stream: false },
            });
            steps.push(step.meta);
            vector = { embedding: `[${step.data.embeddings[0]?.join(",") ?? ""}]`, model: step.data.model };
          } catch (error) {
            reason = toAppError(error).code;
            if (!WORDS_ANSWER.includes(reason)) throw error;
          }
        }
        const { found, confidence, results } = await rights.rpc<Omit<Recall, "search_type">>("recall_memory", {
          p_query: query,
          p_org_id: orgId,
          p_embedding: vector?.embedding ?? null,
          p_embedding_model: vector?.model ?? null,
          p_filters: filters,
          p_limit: limit,
        }, { signal: request.signal, idempotent: true });
        data = { found, confidence, search_type: vector === null ? "keyword" : "hybrid", results };
      }
      const latencyMs = now() - startedAt;
      const meta = metaOfSteps(task, steps, latencyMs) ?? metaWithoutCalls(task, requestId, latencyMs);
      return {
        data,
        meta: reason === null ? meta : { ...meta, action: "fallback_to_rules", fallback_reason: reason },
      };
    },
  );
}

function latest(item: MemoryItem): Recall["results"][number] {
  const { id, type, content, importance, lead_id, conversation_id, message_id, said_at } = item;
  return {
    kind: "memory",
    id,
    type,
    content,
    importance,
    speaker: null,
    lead_id,
    conversation_id,
    message_id,
    said_at,
    score: 1,
    similarity: null,
  };
}
