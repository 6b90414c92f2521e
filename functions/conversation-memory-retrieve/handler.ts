import { type ComposedCall, composedHandler, taskHandler } from "@shared/ai-task/mod.ts";
import type { Database } from "@shared/db/mod.ts";
import { type ErrorCode, toAppError } from "@shared/errors/mod.ts";
import { isStillRecalled, type MemoryItem } from "@shared/memory/mod.ts";
import {
  callerDatabase,
  callTask,
  type Embeddings,
  embeddingTask,
  type KnowledgeDeps,
  metaOfSteps,
  type StepAnswer,
  systemKnowledgeDeps,
  vectorText,
} from "@shared/retrieval/mod.ts";
import { conversationMemoryRetrieve, type Recall, type RecallInput } from "./task.ts";

/** Failures after which words alone answer; every other is for the caller to know. */
const WORDS_ANSWER: readonly ErrorCode[] = [
  "provider_unavailable",
  "timeout",
  "budget_exhausted",
  "rate_limited",
  "model_unpriced",
  "internal",
];

type Call = ComposedCall<RecallInput>;

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
    async (call, { database, now }) => {
      const rights = callerDatabase(call.identity, database);
      if (call.input.query === undefined) {
        return { data: await latest(rights, call), meta: metaOfSteps(task, call, [], now()) };
      }
      const { vector, step, reason } = await questionVector(call, call.input.query);
      const data = await recall(rights, call, vector);
      const meta = metaOfSteps(task, call, step === null ? [] : [step], now());
      return {
        data,
        meta: reason === null ? meta : { ...meta, action: "fallback_to_rules", fallback_reason: reason },
      };
    },
  );

  /** The question as it is compared; null without a vector, with the reason where one was wanted. */
  async function questionVector(
    { request, input, orgId, options: { model: _model, ...shared } }: Call,
    query: string,
  ): Promise<{ vector: Vector | null; step: StepAnswer<unknown>["meta"] | null; reason: ErrorCode | null }> {
    if (input.search_type === "keyword") return { vector: null, step: null, reason: null };
    try {
      const { data, meta } = await callTask<Embeddings>(embed, request, {
        input: { texts: [query] },
        ...(orgId === null ? {} : { org_id: orgId }),
        options: { ...shared, stream: false },
      });
      return {
        vector: { embedding: vectorText(data.embeddings[0] ?? []), model: data.model },
        step: meta,
        reason: null,
      };
    } catch (error) {
      const { code } = toAppError(error);
      if (!WORDS_ANSWER.includes(code)) throw error;
      return { vector: null, step: null, reason: code };
    }
  }
}

async function latest(rights: Database, { request, input, orgId }: Call): Promise<Recall> {
  const { items } = await rights.rpc<{ items: MemoryItem[] }>("list_memories", {
    p_org_id: orgId,
    p_filters: { lead_id: input.lead_id ?? null, user_id: input.user_id ?? null },
    p_limit: input.limit,
  }, { signal: request.signal, idempotent: true });
  return { found: items.length > 0, confidence: null, search_type: "latest", results: items.map(asFound) };
}

async function recall(rights: Database, { request, input, orgId }: Call, vector: Vector | null): Promise<Recall> {
  const { query, limit, search_type: _asked, ...filters } = input;
  const { found, confidence, results } = await rights.rpc<Omit<Recall, "search_type">>("recall_memory", {
    p_query: query,
    p_org_id: orgId,
    p_embedding: vector?.embedding ?? null,
    p_embedding_model: vector?.model ?? null,
    p_filters: filters,
    p_limit: limit,
  }, { signal: request.signal, idempotent: true });
  return { found, confidence, search_type: vector === null ? "keyword" : "hybrid", results };
}

function asFound(item: MemoryItem): Recall["results"][number] {
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
