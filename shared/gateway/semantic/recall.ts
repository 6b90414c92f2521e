import type { Plan, StoredAnswer } from "@shared/budget/mod.ts";
import { hashText } from "@shared/cache/mod.ts";
import { errorKinds } from "@shared/errors/mod.ts";
import { tokenBound } from "@shared/pricing/mod.ts";
import type { ChatCall } from "../chat-run.ts";
import { admitEmbedding, type EmbeddingWish, runEmbedding, settleEmbedding } from "../embedding-run.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import { questionOf } from "./question.ts";

/** An answer to a similar question, or the way to keep this one's. */
export interface Recall {
  /** Null when there was none near enough. */
  answer: StoredAnswer | null;
  /** Cosine similarity of the nearest question; null when there was none at all. */
  nearest: number | null;
  /** Keeps the answer for similar questions. Never throws. */
  keep(answer: StoredAnswer): Promise<void>;
}

/** The answer is waited for no longer than a question's embedding is worth. */
const PATIENCE_MS = 5_000;

/**
 * Looks for the answer to a similar question, for an admitted request of an organization that wants it. The question's embedding is
 * a request of its own: admitted, logged and charged. A hit settles the request at no cost. Null when the request has no question
 * to compare, or its embedding cannot be had: then it is answered as ever.
 *
 * @throws {AppError} When the lookup broke off: it may have settled the request.
 */
export async function recallSimilar(plan: Plan, call: ChatCall, deps: GatewayDeps): Promise<Recall | null> {
  const { context, asked, format } = call;
  const question = context.cache === "off" ? null : await questionOf(asked, format);
  if (question === null) return null;
  const model = String(plan.settings["ai.gateway.semantic.model"] ?? "text-embedding-3-small");
  const vector = await vectorOf(question.text, model, call, deps);
  if (vector === null) return null;
  const entry = { org_id: plan.org_id, request_id: plan.request_id, place: question.place, model, vector };
  const keep = (answer: StoredAnswer) =>
    deps.ledger.rpc<null>("ai_keep_similar", { entry: { ...entry, answer } }).then(() => {}, failed);
  const failed = (error: unknown) =>
    deps.log("semantic_cache_failed", { request_id: plan.request_id, kinds: errorKinds(error) });
  if (context.cache === "refresh") return { answer: null, nearest: null, keep };
  const found = await deps.ledger.rpc<{ hit: boolean; nearest: number | null; answer?: StoredAnswer }>(
    "ai_recall_similar",
    { lookup: entry },
  );
  return { answer: found.answer ?? null, nearest: found.nearest, keep };
}

async function vectorOf(text: string, model: string, call: ChatCall, deps: GatewayDeps): Promise<number[] | null> {
  const { context } = call;
  const hash = await hashText(text);
  const wish: EmbeddingWish = {
    choice: { models: [model], importance: "low", cost_sensitivity: "high" },
    items: [{ text, hash, inputTokens: Math.max(1, tokenBound(text)) }],
    order: [hash],
    dimensions: null,
  };
  const own = {
    ...context,
    requestId: deps.newId(),
    startedAt: deps.now(),
    idempotencyKey: null,
    cache: null,
    labels: { ...context.labels, semantic_for: context.requestId },
    signal: AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]),
  };
  const admission = await admitEmbedding(wish, own, deps, null).catch(() => null);
  if (admission?.outcome !== "admitted") return null;
  const run = await runEmbedding(admission.plan, wish, own, deps);
  settleEmbedding(admission.plan, own, deps, { wish, run, data: run.result.failure === null ? {} : null });
  return run.vectorOf.get(hash) ?? null;
}
