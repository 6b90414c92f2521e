import { settle, type Settlement } from "@shared/ai-logger/mod.ts";
import { admit, extend, type Plan } from "@shared/budget/mod.ts";
import { hashBody } from "@shared/cache/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { jsonResponse } from "@shared/http/mod.ts";
import { ProviderError, withLimits } from "@shared/providers/mod.ts";
import { embed, type EmbeddingResult } from "@shared/router/mod.ts";
import { callerAdmission, deadlineMs, GATEWAY } from "./admission.ts";
import { refusal } from "./answer-chat.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";
import { chatFailure } from "./chat-failure.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import { type EmbeddingsAsked, readEmbeddings } from "./openai/read-embeddings.ts";
import { logged, readBody } from "./read-body.ts";

/** `POST /v1/embeddings`: texts seen before come from the store, the others from the one model that was named. */
export async function answerEmbeddings(context: CallContext, request: Request, deps: GatewayDeps): Promise<Response> {
  const { body } = await readBody(request, context, deps);
  const asked = await logged(context, deps, () => readEmbeddings(body));
  const admission = await admit(deps.ledger, {
    ...callerAdmission(context, deps.providers),
    operation: "embedding",
    ...asked.choice,
    cache: context.cache ?? "use",
    stream: false,
    body_hash: context.idempotencyKey === null ? null : await hashBody(body),
    input_hash: null,
    visibility: null,
    output_settings: asked.dimensions === null ? {} : { dimensions: asked.dimensions },
    input_tokens: asked.items.reduce((sum, item) => sum + item.inputTokens, 0),
    max_output_tokens: 0,
    needs: [],
    items: asked.items.map(({ hash, inputTokens }) => ({ hash, input_tokens: inputTokens })),
    deadline_ms: deadlineMs({ stream: false }),
  });
  switch (admission.outcome) {
    case "admitted":
      return await carryOut(admission.plan, asked, context, deps);
    case "refused":
      throw refusal(admission);
    default:
      return jsonResponse(admission.answer.data, {
        headers: {
          ...(admission.outcome === "replayed" ? { "idempotent-replayed": "true" } : {}),
          "x-signalbox-request-id": admission.request_id,
        },
      });
  }
}

async function carryOut(
  plan: Plan,
  asked: EmbeddingsAsked,
  context: CallContext,
  deps: GatewayDeps,
): Promise<Response> {
  const known = plan.items ?? {};
  const missing = asked.items.filter(({ hash }) => !Object.hasOwn(known, hash));
  const dimensions = asked.dimensions ?? plan.candidates[0]?.dimensions ?? 0;
  const { ledger, now, random, retries, wait } = deps;
  let lastError: ProviderError | null = null;
  const result = await embed(plan, {
    texts: missing.map(({ text, inputTokens }) => ({ text, inputTokens })),
    dimensions,
    signal: context.signal,
    deadline: context.startedAt + deadlineMs({ stream: false }),
  }, {
    now,
    random,
    retries,
    wait,
    open: (candidate, limits) => {
      const provider = withLimits(deps.open(candidate), limits);
      return {
        ...provider,
        embed: (request) =>
          provider.embed(request).catch((error: unknown) => {
            if (error instanceof ProviderError) lastError = error;
            throw error;
          }),
      };
    },
    extend: (amountUsd) => extend(ledger, { org_id: plan.org_id, request_id: plan.request_id, amount_usd: amountUsd }),
  });
  const fresh = missing.slice(0, result.vectors.length).map(({ hash }, index) => ({
    hash,
    vector: result.vectors[index] ?? [],
  }));
  const vectorOf = new Map([...Object.entries(known), ...fresh.map(({ hash, vector }) => [hash, vector] as const)]);
  const candidate = result.candidate ?? plan.candidates[0] ?? null;
  const data = result.failure !== null ? null : embeddingsBody(asked, vectorOf, result, candidate?.model ?? "");
  deps.waitUntil(settle(ledger, settlementOf(plan, context, deps, { asked, result, fresh, data }), deps.settling));
  if (data === null) throw failureOf(result, lastError);
  return jsonResponse(data, {
    headers: answerHeaders({
      requestId: context.requestId,
      candidate,
      costUsd: result.costUsd,
      cache: result.calls.length === 0 ? "hit" : "miss",
      budget: plan.budget,
      upstream: null,
    }),
  });
}

function failureOf(result: EmbeddingResult, lastError: ProviderError | null): AppError {
  const none = { best: null, failure: result.failure } as Parameters<typeof chatFailure>[0];
  return chatFailure(none, lastError);
}

function embeddingsBody(
  asked: EmbeddingsAsked,
  vectorOf: Map<string, number[]>,
  { calls }: EmbeddingResult,
  model: string,
): Body {
  const tokens = calls.reduce((sum, call) => sum + (call.input_tokens ?? 0), 0);
  return {
    object: "list",
    data: asked.order.map((hash, index) => ({
      object: "embedding",
      index,
      embedding: asked.encode(vectorOf.get(hash) ?? []),
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function settlementOf(
  plan: Plan,
  context: CallContext,
  deps: GatewayDeps,
  { asked, result, fresh, data }: {
    asked: EmbeddingsAsked;
    result: EmbeddingResult;
    fresh: { hash: string; vector: number[] }[];
    data: Body | null;
  },
): Settlement {
  const candidate = result.candidate ?? (data === null ? null : plan.candidates[0]) ?? null;
  return {
    request_id: plan.request_id,
    org_id: plan.org_id,
    task: GATEWAY,
    user_id: context.userId,
    calls: result.calls,
    outcome: {
      status: data !== null ? "succeeded" : result.cancelled ? "cancelled" : "failed",
      error_code: data !== null ? null : result.cancelled ? "cancelled" : result.failure?.code ?? "internal",
      tier: null,
      provider: candidate?.provider ?? null,
      model: candidate?.model ?? null,
      latency_ms: Math.round(deps.now() - context.startedAt),
      time_to_first_token_ms: null,
      escalated: false,
      fell_back: result.fellBack,
      confidence_score: null,
      confidence_breakdown: null,
      action: data === null ? null : "use_ai_result",
      fallback_reason: null,
      needs_review: false,
      decision: { texts: asked.order.length, from_cache: asked.items.length - fresh.length },
    },
    answer: data !== null && context.idempotencyKey !== null ? { data, meta: { request_id: plan.request_id } } : null,
    cacheable: false,
    items: context.cache === "off" || fresh.length === 0 ? null : fresh,
    payload: null,
  };
}
