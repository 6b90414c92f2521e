import { type CallRecord, keepTrying } from "@shared/ai-logger/mod.ts";
import { AppError, errorKinds } from "@shared/errors/mod.ts";
import { withCors } from "@shared/http/mod.ts";
import { ProviderError, vendorRefusal } from "@shared/providers/mod.ts";
import type { Admission } from "@shared/budget/mod.ts";
import { callerAdmission } from "./admission.ts";
import { refusal } from "./answer-chat.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";
import { badParameter } from "./client-error.ts";
import { string } from "./fields.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import type { UsableModel } from "./usable-models.ts";

type Refused = Extract<Admission, { outcome: "refused" }>;

/** Something a provider does for nothing. */
export interface FreeCall {
  /** What the log calls it. */
  operation: string;
  model: Pick<UsableModel, "provider" | "model">;
  /** The format the provider is asked in. */
  kind: "openai" | "anthropic";
  path: string;
  body: Body;
  headers?: Record<string, string>;
  /** What is said when nobody does it, and when the provider refuses without a word. */
  words: { unavailable: string; refused: string };
}

/**
 * Passed on as it is. Providers charge nothing for it, so nothing is held; it counts in the caller's limits and is logged like any call.
 *
 * @throws {AppError} `rate_limited` beyond a limit, and for what the provider says.
 */
export async function answerFree(free: FreeCall, context: CallContext, deps: GatewayDeps): Promise<Response> {
  const admission = await deps.ledger.rpc<{ outcome: "ok" } | Refused>("ai_admit_free_call", {
    entry: entryOf(context),
  });
  if (admission.outcome === "refused") throw refusal(admission);
  const { model: { provider, model }, kind, path, body, headers, words } = free;
  const startedAt = deps.now();
  const call = (fields: Pick<CallRecord, "response_model" | "error_code" | "stand_in">): Record<string, unknown> => ({
    attempt: 1,
    purpose: "tool",
    provider,
    request_model: model,
    price_id: null,
    usage_source: "none",
    latency_ms: Math.round(deps.now() - startedAt),
    created_at: new Date(startedAt).toISOString(),
    ...fields,
  });
  try {
    const relay = deps.openRelay({ ...NO_CANDIDATE, provider, model, kind });
    const { text, body: answer, standIn } = await relay.post({
      path,
      body: { ...body, model },
      signal: context.signal,
      ...(headers === undefined ? {} : { headers }),
    });
    const told = string(answer["model"]);
    log(free, context, deps, call({ response_model: told, error_code: null, stand_in: standIn }));
    const answered = {
      requestId: context.requestId,
      candidate: free.model,
      costUsd: "0",
      cache: "off" as const,
      budget: null,
      upstream: null,
    };
    return withCors(
      new Response(text, { headers: { "content-type": "application/json", ...answerHeaders(answered) } }),
    );
  } catch (error) {
    const failed = error instanceof ProviderError ? error : null;
    const facts = { response_model: null, error_code: failed?.kind ?? "malformed", stand_in: failed?.standIn ?? false };
    log(free, context, deps, call(facts));
    if (failed?.kind !== "invalid_request") {
      throw new AppError("provider_unavailable", words.unavailable, { cause: error });
    }
    const refused = vendorRefusal(failed);
    throw badParameter(refused?.message ?? words.refused, {
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
  secret_name: null,
  worst_cost_usd: "0",
  breaker: "closed" as const,
};

function entryOf(context: CallContext) {
  return { ...callerAdmission(context, []), importance: "medium", cost_sensitivity: "medium" };
}

function log({ operation }: FreeCall, context: CallContext, deps: GatewayDeps, call: Record<string, unknown>): void {
  const entry = {
    ...entryOf(context),
    operation,
    latency_ms: Math.round(deps.now() - context.startedAt),
    call,
  };
  // A request is in the log once, however often it is written: what got lost may only have been the answer.
  deps.waitUntil(
    keepTrying(() => deps.ledger.rpc("ai_log_free_call", { entry }), deps.settling).then((failure) => {
      if (failure === null) return;
      deps.log("ai_log_write_failed", { request_id: context.requestId, kinds: errorKinds(failure) });
    }),
  );
}
