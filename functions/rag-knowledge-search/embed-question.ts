import { taskHandler } from "@shared/ai-task/mod.ts";
import type { Database } from "@shared/db/mod.ts";
import {
  callTask,
  DIMENSIONS,
  embeddingTask,
  type KnowledgeDeps,
  spaceName,
  type StepAnswer,
  vectorText,
} from "@shared/retrieval/mod.ts";

/** A question as the search compares it: its vector, and the space it is in. */
export interface QuestionVector {
  embedding: string;
  model: string;
  meta: StepAnswer<unknown>["meta"];
}

/** What a question is embedded for. */
export interface Asked {
  query: string;
  orgId: string | null;
  /** Null: all that the caller reads. */
  baseIds: readonly string[] | null;
  options: Record<string, unknown>;
}

/**
 * Embeds a question in the space that most of the passages it is asked of are in. It is logged as what it is, a text, and shared with
 * everybody who embeds the same one.
 */
export async function embedQuestion(
  { query, orgId, baseIds, options }: Asked,
  request: Request,
  rights: Database,
  task: KnowledgeDeps["task"],
): Promise<QuestionVector> {
  const space = await rights.rpc<{ model: string | null; dimensions: number } | null>("embedding_space", {
    p_org_id: orgId,
    p_base_ids: baseIds,
  }, { signal: request.signal, idempotent: true });
  const dimensions = space?.dimensions ?? DIMENSIONS;
  const model = space?.model ?? null;
  const embed = taskHandler(embeddingTask("embed-text", "Text embedding", dimensions), task);
  const { data, meta } = await callTask<{ embeddings: number[][]; model: string }>(embed, request, {
    input: { texts: [query] },
    ...(orgId === null ? {} : { org_id: orgId }),
    options: { ...options, ...(model === null ? {} : { model }) },
  });
  return { embedding: vectorText(data.embeddings[0] ?? []), model: spaceName(data.model, dimensions), meta };
}
