import { outcomeOf, settleBehind, type Settlement } from "@shared/ai-logger/mod.ts";
import { type Admission, admit, type Candidate, type Plan } from "@shared/budget/mod.ts";
import { type AttemptLimits, type EmbeddingRequest, ProviderError, withLimits } from "@shared/providers/mod.ts";
import { type EmbeddedItems, embedItems, routerTools } from "@shared/router/mod.ts";
import { callerAdmission, deadlineMs, GATEWAY } from "./admission.ts";
import type { Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import type { EmbeddingsAsked } from "./openai/read-embeddings.ts";

/** What of a wish for embeddings concerns the ledger and the provider. */
export type EmbeddingWish = Pick<EmbeddingsAsked, "choice" | "items" | "order" | "dimensions">;

/** An embedding carried out. */
export interface EmbeddingRun extends EmbeddedItems {
  candidate: Candidate | null;
  /** Why the last call failed; null when none did. */
  lastError: ProviderError | null;
}

/** Admits an embedding: its bound is that of the texts that are not kept yet. */
export async function admitEmbedding(
  { choice, items, dimensions }: EmbeddingWish,
  context: CallContext,
  deps: GatewayDeps,
  bodyHash: string | null,
): Promise<Admission> {
  return await admit(deps.ledger, {
    ...callerAdmission(context, deps.providers),
    operation: "embedding",
    ...choice,
    cache: context.cache ?? "use",
    stream: false,
    body_hash: bodyHash,
    input_hash: null,
    visibility: null,
    output_settings: dimensions === null ? {} : { dimensions },
    input_tokens: items.reduce((sum, item) => sum + item.inputTokens, 0),
    max_output_tokens: 0,
    needs: [],
    items: items.map(({ hash, inputTokens }) => ({ hash, input_tokens: inputTokens })),
    deadline_ms: deadlineMs({ stream: false }),
  });
}

/** Embeds what is not kept, by the one model that was admitted. Never throws; {@linkcode settleEmbedding} comes after it. */
export async function runEmbedding(
  plan: Plan,
  { items, dimensions }: EmbeddingWish,
  context: CallContext,
  deps: GatewayDeps,
): Promise<EmbeddingRun> {
  let lastError: ProviderError | null = null;
  const open = (candidate: Candidate, limits: AttemptLimits) => {
    const provider = withLimits(deps.open(candidate), limits);
    return {
      ...provider,
      embed: (request: EmbeddingRequest) =>
        provider.embed(request).catch((error: unknown) => {
          if (error instanceof ProviderError) lastError = error;
          throw error;
        }),
    };
  };
  const embedded = await embedItems(plan, items, {
    dimensions: dimensions ?? plan.candidates[0]?.dimensions ?? 0,
    signal: context.signal,
    deadline: context.startedAt + deadlineMs({ stream: false }),
  }, routerTools(plan, { ...deps, open }));
  return { ...embedded, candidate: embedded.result.candidate ?? plan.candidates[0] ?? null, lastError };
}

/**
 * Writes what an embedding did and cost, in the background. Resolves when the client may be answered.
 *
 * @param ending `data` is what was answered; null when it failed.
 */
export async function settleEmbedding(
  plan: Plan,
  context: CallContext,
  deps: GatewayDeps,
  ending: { wish: EmbeddingWish; run: EmbeddingRun; data: Body | null },
): Promise<void> {
  await settleBehind(settlementOf(plan, context, deps, ending), context.idempotencyKey, deps);
}

function settlementOf(
  plan: Plan,
  context: CallContext,
  deps: GatewayDeps,
  { wish, run: { result, fresh }, data }: { wish: EmbeddingWish; run: EmbeddingRun; data: Body | null },
): Settlement {
  const isAnswered = data !== null;
  const outcome = outcomeOf(result, {
    isAnswered,
    candidate: result.candidate ?? (isAnswered ? plan.candidates[0] : null) ?? null,
    latencyMs: Math.round(deps.now() - context.startedAt),
    decision: { texts: wish.order.length, from_cache: wish.items.length - fresh.length },
  });
  return {
    request_id: plan.request_id,
    org_id: plan.org_id,
    task: GATEWAY,
    user_id: context.userId,
    calls: result.calls,
    outcome: { ...outcome, tier: null },
    answer: data !== null && context.idempotencyKey !== null ? { data, meta: { request_id: plan.request_id } } : null,
    cacheable: false,
    items: context.cache === "off" || fresh.length === 0 ? null : fresh,
    payload: null,
  };
}
