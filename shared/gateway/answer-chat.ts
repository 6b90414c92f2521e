import { type Admission, admit, type Plan, type StoredAnswer } from "@shared/budget/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { withCors } from "@shared/http/mod.ts";
import type { RouteResult } from "@shared/router/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import { chatAdmission, mayKeep } from "./admission.ts";
import { answerHeaders, type Told } from "./answer-headers.ts";
import type { Body } from "./asked.ts";
import { BytePipe } from "./byte-pipe.ts";
import { nothingRun } from "./chat-failure.ts";
import { type ChatCall, ChatRun } from "./chat-run.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import type { Recall } from "./semantic/recall.ts";

/**
 * Admits a chat and answers it in the client's format.
 *
 * @throws {AppError} For every failure before the first byte of the answer.
 */
export async function answerChat(call: ChatCall, deps: GatewayDeps): Promise<Response> {
  const { asked, context, format } = call;
  const { ledger, providers } = deps;
  const admission = await admit(ledger, await chatAdmission(asked, context, { format: format.name, providers }));
  if (admission.outcome === "admitted") {
    const { plan } = admission;
    // Whoever goes on from an answer goes on from his own question.
    const isKept = (call.keeper?.(plan) ?? null) !== null;
    const wantsRecall = plan.settings["ai.gateway.semantic_cache"] === "on" && !isKept;
    const recall = wantsRecall ? await recalled(plan, call, deps) : null;
    if (recall !== null && recall.answer !== null) return await similar(plan, call, recall.answer, recall.nearest);
    return await (asked.stream ? streamed(plan, call, deps, recall) : whole(plan, call, deps, recall));
  }
  if (admission.outcome !== "refused") return await stored(admission, call);
  throw refusal(admission);
}

/** @throws {AppError} When the database did not say whether it has settled the request: then nobody may be asked any more. */
async function recalled(plan: Plan, call: ChatCall, deps: GatewayDeps): Promise<Recall | null> {
  try {
    return await (await import("./semantic/recall.ts")).recallSimilar(plan, call, deps);
  } catch (error) {
    await new ChatRun(plan, call, deps, null).settle(nothingRun("ledger_unavailable"), null);
    throw error;
  }
}

/** A refusal of the ledger as an error. Where it cannot tell the organization, a header of ours does. */
export function refusal(admission: Extract<Admission, { outcome: "refused" }>): AppError {
  const nameless = admission.code === "invalid_request" && admission.org_id === null;
  return new AppError(admission.code, admission.detail, {
    retryAfterMs: admission.retry_after_ms ?? undefined,
    extensions: { ...(nameless ? { param: "x-signalbox-org" } : {}), ...admission.extensions },
  });
}

async function whole(plan: Plan, call: ChatCall, deps: GatewayDeps, recall: Recall | null): Promise<Response> {
  const { signal, idempotencyKey } = call.context;
  const chat = new ChatRun(plan, call, deps, null, recall);
  // Whoever gave an idempotency key comes back for the answer: then it is finished all the same.
  const result = await chat.run(idempotencyKey === null ? signal : new AbortController().signal);
  const body = result.best === null ? null : await chat.bodyOf(result.best);
  await chat.settle(result, body);
  if (result.best === null || body === null) throw chat.failureOf(result);
  // Whoever has the answer may go on from it at once.
  if (chat.kept !== null) await chat.kept;
  return answer(
    chat.whole?.text ?? JSON.stringify(body),
    "application/json",
    told(chat, call, result.costUsd, result.best.answer.headroom),
  );
}

async function streamed(plan: Plan, call: ChatCall, deps: GatewayDeps, recall: Recall | null): Promise<Response> {
  const gone = new AbortController();
  const pipe = new BytePipe(() => {
    if (requestSettings(plan.settings).onClientGone === "cancel") gone.abort();
  });
  const { signal } = call.context;
  signal.addEventListener("abort", () => pipe.abandon(), { once: true });
  if (signal.aborted) pipe.abandon();
  const chat = new ChatRun(plan, call, deps, pipe, recall);
  const running = chat.run(gone.signal).then((result) => endStream(chat, pipe, result, call));
  // If the client leaves, this still has to come to its settlement.
  deps.waitUntil(running.catch(() => {}));
  await Promise.race([pipe.started, running]);
  return answer(pipe.readable, "text/event-stream; charset=utf-8", told(chat, call, null));
}

/** @throws {AppError} When it failed before its first byte: then there is still a status. */
async function endStream(chat: ChatRun, pipe: BytePipe, result: RouteResult<null>, call: ChatCall): Promise<void> {
  const { best } = result;
  if (best === null) {
    await chat.settle(result, null);
    const failure = chat.failureOf(result);
    if (!pipe.hasStarted) throw failure;
    await pipe.write(call.format.errorEvent(failure, chat.passed));
    return pipe.close();
  }
  const end = chat.endOf(best);
  if (end !== null) await pipe.write(end);
  if (call.keeper === undefined) pipe.close();
  await chat.settle(result, chat.keeps ? await chat.bodyOf(best) : null);
  await chat.kept;
  pipe.close();
}

async function stored(
  admission: Extract<Admission, { outcome: "cached" | "replayed" }>,
  call: ChatCall,
): Promise<Response> {
  const { data, meta } = admission.answer;
  const replayed = admission.outcome === "replayed";
  const headers = answerHeaders({
    requestId: admission.request_id,
    candidate: { provider: String(meta["provider"]), model: String(meta["model"]) },
    costUsd: replayed ? String(meta["cost_usd"]) : "0",
    cache: replayed && meta["cached"] !== true ? "miss" : "hit",
    budget: replayed ? null : admission.budget,
    upstream: null,
  });
  if (replayed) headers["idempotent-replayed"] = "true";
  return await kept(data as Body, call, headers);
}

/** The answer to a similar question: the request is settled already. */
async function similar(
  plan: Plan,
  call: ChatCall,
  { data, meta }: StoredAnswer,
  similarity: number | null,
): Promise<Response> {
  const { context, format } = call;
  const headers = answerHeaders({
    requestId: context.requestId,
    candidate: { provider: String(meta["provider"]), model: String(meta["model"]) },
    costUsd: "0",
    cache: "hit",
    budget: plan.budget,
    upstream: null,
    ...(plan.limits === undefined ? {} : { limits: format.limitHeaders(plan.limits, context.startedAt) }),
  });
  if (similarity !== null) headers["x-signalbox-similarity"] = String(similarity);
  return await kept(data as Body, call, headers);
}

/** An answer that is kept whole, as its client wants it. */
async function kept(body: Body, { asked, format }: ChatCall, headers: Record<string, string>): Promise<Response> {
  return asked.stream
    ? answer((await format.store()).replay(body, asked), "text/event-stream; charset=utf-8", headers)
    : answer(JSON.stringify(body), "application/json", headers);
}

function told(
  chat: ChatRun,
  { asked, context, format }: ChatCall,
  costUsd: string | null,
  headroom: Told["headroom"] = null,
): Record<string, string> {
  const { limits } = chat.plan;
  const told: Told = {
    requestId: context.requestId,
    candidate: chat.asking,
    costUsd,
    cache: mayKeep(asked, context) || chat.recall !== null ? "miss" : "off",
    budget: chat.plan.budget,
    upstream: chat.upstream,
    rateLimits: format.rateLimitHeaders,
    headroom: chat.upstream === null ? headroom : null,
    remainingHeader: format.remainingHeader,
    ...(limits === undefined ? {} : { limits: format.limitHeaders(limits, context.startedAt) }),
    ignored: chat.ignored,
  };
  return answerHeaders(told);
}

function answer(
  body: string | ReadableStream<Uint8Array>,
  contentType: string,
  headers: Record<string, string>,
): Response {
  const streams = typeof body !== "string";
  return withCors(
    new Response(body, {
      headers: {
        "content-type": contentType,
        ...(streams ? { "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" } : {}),
        ...headers,
      },
    }),
  );
}
