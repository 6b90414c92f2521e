import { taskHandler } from "@shared/ai-task/mod.ts";
import {
  callTask,
  DIMENSIONS,
  type Embeddings,
  embeddingTask,
  type KnowledgeDeps,
  spaceName,
  type StepAnswer,
  vectorText,
} from "@shared/retrieval/mod.ts";
import { blendHistory } from "./blend-history.ts";
import type { SearchPlan } from "./search-plan.ts";

/** A question as the search compares it: its vector, and the space it is in. */
export interface QuestionVector {
  embedding: string;
  model: string;
  meta: StepAnswer<unknown>["meta"];
}

/** What a question is embedded for. */
export interface Asked {
  query: string;
  /** What was said before it, the latest last. */
  history: readonly string[];
  orgId: string | null;
  plan: SearchPlan;
  options: Record<string, unknown>;
}

/**
 * Embeds a question in the space that most of the passages it is asked of are in. It is logged as what it is, a text, and shared with
 * everybody who embeds the same one; so is each message before it.
 */
export async function embedQuestion(
  { query, history, orgId, plan: { space, settings }, options }: Asked,
  request: Request,
  task: KnowledgeDeps["task"],
): Promise<QuestionVector> {
  const dimensions = space?.dimensions ?? DIMENSIONS;
  const model = space?.model ?? null;
  const weight = settings["rag.weight.history"];
  const most = weight > 0 ? settings["rag.historyMessages"] : 0;
  const said = most > 0 ? history.slice(-most) : [];
  const embed = taskHandler(embeddingTask("embed-text", "Text embedding", dimensions), task);
  const { data, meta } = await callTask<Embeddings>(embed, request, {
    input: { texts: [query, ...said] },
    ...(orgId === null ? {} : { org_id: orgId }),
    options: { ...options, ...(model === null ? {} : { model }) },
  });
  const [question = [], ...before] = data.embeddings;
  const vector = blendHistory(question, before, { weight, decay: settings["rag.historyDecay"] });
  return { embedding: vectorText(vector), model: spaceName(data.model, dimensions), meta };
}
