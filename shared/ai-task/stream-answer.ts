import type { Candidate, Plan } from "@shared/budget/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { eventStream, jsonResponse, problemOf, type ServerSentEvent } from "@shared/http/mod.ts";
import { wordingOf } from "@shared/messages/mod.ts";
import { DEADLINE_MS } from "./admission-request.ts";
import type { TaskCall } from "./call.ts";
import { Channel } from "./channel.ts";
import { clientLeft } from "./client-grace.ts";
import type { Conclusion } from "./conclude.ts";
import type { Envelope, Meta } from "./meta.ts";
import { Outlet } from "./outlet.ts";
import type { TaskDeps } from "./task-deps.ts";
import type { TaskSink } from "./task-sink.ts";
import type { Turn } from "./turn.ts";

/** How long the end of a request that ran out of time may take to reach its reader, milliseconds. */
const LAST_WORDS_MS = 2_000;

/** Carries a request out into a sink. */
export type CarryOut = (sink: TaskSink, signal: AbortSignal) => Promise<Conclusion>;

/**
 * Answers with events: `meta`, then `delta`, `tool_call`, `tool_result`, `citation` and `restart` as they come, then `done` with the whole envelope.
 * Those of a turn are numbered and kept, and a turn goes on for a while when its client has gone. Of a turn that nobody listens to
 * they are only kept: its caller has 202 at once.
 * A failure before the first event is thrown and so keeps its status; a later one becomes `error`.
 */
export async function streamAnswer(
  plan: Plan,
  call: TaskCall<unknown>,
  task: string,
  carryOut: CarryOut,
  turn: Turn<unknown> | null,
  deps: TaskDeps,
): Promise<Response> {
  const channel = new Channel<ServerSentEvent>();
  const outlet = new Outlet(channel, turn);
  const gone = new AbortController();
  const over = new AbortController();
  let failed: ServerSentEvent | null = null;
  const running = feed(outlet, turn, plan, call, task, (sink) => carryOut(sink, gone.signal)).catch(async (error) => {
    // Kept whether or not anybody still listens. What the queue works on may be put off: that is no end.
    if (turn?.detached !== true) {
      failed = outlet.numbered("error", problemOf(error, plan.request_id, await wordingOf(call.language)));
    }
    throw error;
  }).finally(() => {
    channel.close();
    over.abort();
    deps.waitUntil(outlet.flush());
  });
  // A reader who neither reads nor leaves must not keep the request, and its hold, beyond the deadline.
  const leftMs = call.startedAt + DEADLINE_MS - deps.now();
  deps.wait(leftMs + LAST_WORDS_MS, over.signal).then(() => {
    if (over.signal.aborted) return;
    channel.abandon();
    gone.abort();
  });
  // If the caller leaves, this still has to come to its settlement.
  deps.waitUntil(running.catch(() => {}));
  if (turn?.detached === true) {
    channel.abandon();
    return jsonResponse({ data: null, meta: metaSoFar(plan, call, task, plan.candidates[0]) }, { status: 202 });
  }
  const wording = await wordingOf(call.language);
  return await eventStream(events(channel, running), {
    requestId: plan.request_id,
    signal: call.signal,
    onCancel: () => {
      channel.abandon();
      clientLeft({ plan, turn, gone, over: over.signal }, deps);
    },
    errorEvent: (thrown, requestId) => failed ?? outlet.numbered("error", problemOf(thrown, requestId, wording)),
    log: deps.log,
  });
}

/** An answer that is there already, as events. */
export async function streamStored(envelope: Envelope, headers: Record<string, string>): Promise<Response> {
  async function* stored(): AsyncGenerator<ServerSentEvent> {
    yield await Promise.resolve({ event: "meta", data: envelope.meta });
    yield { event: "done", data: envelope };
  }
  return await eventStream(stored(), { requestId: envelope.meta.request_id, headers });
}

async function* events(channel: Channel<ServerSentEvent>, running: Promise<void>): AsyncGenerator<ServerSentEvent> {
  yield* channel;
  await running;
}

async function feed(
  outlet: Outlet,
  turn: Turn<unknown> | null,
  plan: Plan,
  call: TaskCall<unknown>,
  task: string,
  carryOut: (sink: TaskSink) => Promise<Conclusion>,
): Promise<void> {
  let begun = false;
  let stands = false;
  const begin = async (candidate: Candidate | undefined) => {
    if (begun) return;
    begun = true;
    await outlet.put("meta", metaSoFar(plan, call, task, candidate));
    if (turn?.again === undefined) return;
    await outlet.put("restart", { reason: "continued" });
    if (turn.again !== "") await outlet.put("delta", { text: turn.again });
  };
  const { envelope, failure } = await carryOut({
    async piece(piece, candidate) {
      await begin(candidate);
      stands = true;
      if (piece.type === "delta") await outlet.put("delta", { text: piece.text });
      else await outlet.put("tool_call", { ...piece.call });
    },
    async event(name, data) {
      await begin(plan.candidates[0]);
      await outlet.put(name, data);
    },
    async restart(reason) {
      stands = false;
      await outlet.put("restart", { reason });
    },
  });
  if (envelope === null) throw failure ?? new AppError("internal", "Cannot answer: unexpected error");
  if (!begun) await outlet.put("meta", envelope.meta);
  if (stands && envelope.meta.action === "fallback_to_rules") {
    await outlet.put("restart", { reason: envelope.meta.fallback_reason });
  }
  await outlet.put("done", envelope);
}

/** `meta` at the first piece: what only the end can tell is null. */
function metaSoFar(
  plan: Plan,
  call: TaskCall<unknown>,
  task: string,
  candidate: Candidate | undefined,
): { [Member in keyof Meta]: Meta[Member] | null } {
  const { key, version, variant } = plan.prompt;
  return {
    request_id: plan.request_id,
    job_id: call.options.job_id ?? null,
    task,
    provider: candidate?.provider ?? null,
    model: candidate?.model ?? null,
    tier: candidate?.tier ?? null,
    usage: null,
    cost_usd: null,
    latency_ms: null,
    calls: null,
    cached: false,
    escalated: null,
    fell_back: null,
    confidence: null,
    action: null,
    fallback_reason: null,
    needs_review: null,
    prompt: { key, version, variant },
    budget: null,
  };
}
