import type { CallRecord } from "@shared/ai-logger/mod.ts";
import { AppError, errorKinds } from "@shared/errors/mod.ts";
import { withCors } from "@shared/http/mod.ts";
import { ProviderError, vendorRefusal } from "@shared/providers/mod.ts";
import { callerAdmission } from "./admission.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";
import { given, string } from "./fields.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import { logged, readBody } from "./read-body.ts";
import { badParameter } from "./client-error.ts";
import { unknownModel, usableModels } from "./usable-models.ts";

const DEFAULT_MODEL = "omni-moderation-latest";

/** `POST /v1/moderations`: passed on as it is. Providers charge nothing for it, so nothing is held; it is logged like any call. */
export async function answerModeration(context: CallContext, request: Request, deps: GatewayDeps): Promise<Response> {
  const { body } = await readBody(request, context, deps);
  const name = await logged(context, deps, () => modelOf(body));
  const models = await usableModels(context, deps);
  const found = models.find(({ model, kind }) => model === name && kind === "moderation");
  if (found === undefined) {
    const moderating = models.filter(({ kind }) => kind === "moderation");
    throw unknownModel(name, "it does not moderate, or is not allowed here", moderating);
  }
  const startedAt = deps.now();
  const call = (fields: Pick<CallRecord, "response_model" | "error_code" | "stand_in">): Record<string, unknown> => ({
    attempt: 1,
    purpose: "tool",
    provider: found.provider,
    request_model: found.model,
    price_id: null,
    usage_source: "none",
    latency_ms: Math.round(deps.now() - startedAt),
    created_at: new Date(startedAt).toISOString(),
    ...fields,
  });
  try {
    const relay = deps.openRelay({ ...NO_CANDIDATE, provider: found.provider, model: found.model });
    const { text, body: answer, standIn } = await relay.post({
      path: "/moderations",
      body: { ...body, model: found.model },
      signal: context.signal,
    });
    log(context, deps, call({ response_model: string(answer["model"]), error_code: null, stand_in: standIn }));
    const told = {
      requestId: context.requestId,
      candidate: found,
      costUsd: "0",
      cache: "off" as const,
      budget: null,
      upstream: null,
    };
    return withCors(new Response(text, { headers: { "content-type": "application/json", ...answerHeaders(told) } }));
  } catch (error) {
    const failed = error instanceof ProviderError ? error : null;
    log(
      context,
      deps,
      call({ response_model: null, error_code: failed?.kind ?? "malformed", stand_in: failed?.standIn ?? false }),
    );
    if (failed?.kind !== "invalid_request") {
      throw new AppError("provider_unavailable", "Cannot moderate: no provider is available", { cause: error });
    }
    const refused = vendorRefusal(failed);
    throw badParameter(refused?.message ?? "Cannot moderate: the provider refused the request", {
      param: refused?.param ?? null,
      code: refused?.code ?? null,
    });
  }
}

const NO_CANDIDATE = {
  tier: "small" as const,
  price: {
    id: "",
    input_usd_per_mtok: "0",
    output_usd_per_mtok: "0",
    cache_read_usd_per_mtok: null,
    cache_write_usd_per_mtok: null,
  },
  max_output_tokens: 0,
  context_window: 0,
  capabilities: [],
  dimensions: null,
  base_url: null,
  kind: "openai",
  secret_name: null,
  worst_cost_usd: "0",
  breaker: "closed" as const,
};

function modelOf({ model, input }: Body): string {
  if (!given(input)) {
    throw badParameter("Missing required parameter: 'input'.", { param: "input", code: "missing_required_parameter" });
  }
  return string(model) ?? DEFAULT_MODEL;
}

function log(context: CallContext, deps: GatewayDeps, call: Record<string, unknown>): void {
  const entry = {
    ...callerAdmission(context, []),
    operation: "moderation",
    importance: "medium",
    cost_sensitivity: "medium",
    latency_ms: Math.round(deps.now() - context.startedAt),
    call,
  };
  deps.waitUntil(
    deps.ledger.rpc("ai_log_free_call", { entry }).catch((error: unknown) => {
      deps.log("ai_log_write_failed", { request_id: context.requestId, kinds: errorKinds(error) });
    }),
  );
}
