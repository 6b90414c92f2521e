import type { Plan } from "@shared/budget/mod.ts";
import { hashBody } from "@shared/cache/mod.ts";
import { jsonResponse } from "@shared/http/mod.ts";
import { refusal } from "./answer-chat.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";
import { chatFailure } from "./chat-failure.ts";
import { admitEmbedding, type EmbeddingRun, runEmbedding, settleEmbedding } from "./embedding-run.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import { openAiLimitHeaders } from "./openai/rate-limit-headers.ts";
import { type EmbeddingsAsked, readEmbeddings } from "./openai/read-embeddings.ts";
import { logged, readBody } from "./read-body.ts";

/** `POST /v1/embeddings`: texts seen before come from the store, the others from the one model that was named. */
export async function answerEmbeddings(context: CallContext, request: Request, deps: GatewayDeps): Promise<Response> {
  const { body } = await readBody(request, context, deps);
  const asked = await logged(context, deps, () => readEmbeddings(body));
  const bodyHash = context.idempotencyKey === null ? null : await hashBody(body);
  const admission = await admitEmbedding(asked, context, deps, bodyHash);
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
  const run = await runEmbedding(plan, asked, context, deps);
  const { result, candidate, lastError } = run;
  const last = result.calls.at(-1);
  const data = result.failure === null ? embeddingsBody(asked, run) : null;
  await settleEmbedding(plan, context, deps, { wish: asked, run, data });
  if (data === null) throw chatFailure({ failure: result.failure }, lastError);
  return jsonResponse(data, {
    headers: answerHeaders({
      requestId: context.requestId,
      candidate,
      costUsd: result.costUsd,
      cache: result.calls.length === 0 ? "hit" : "miss",
      budget: plan.budget,
      upstream: null,
      headroom: { requests: last?.requests_left ?? null, tokens: last?.tokens_left ?? null },
      ...(plan.limits === undefined ? {} : { limits: openAiLimitHeaders(plan.limits) }),
      ignored: asked.ignored,
    }),
  });
}

function embeddingsBody(asked: EmbeddingsAsked, { result: { calls }, vectorOf, candidate }: EmbeddingRun): Body {
  const tokens = calls.reduce((sum, call) => sum + (call.input_tokens ?? 0), 0);
  return {
    object: "list",
    data: asked.order.map((hash, index) => ({
      object: "embedding",
      index,
      embedding: asked.encode(vectorOf.get(hash) ?? []),
    })),
    model: candidate?.model ?? "",
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
