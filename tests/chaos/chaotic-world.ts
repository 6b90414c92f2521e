import { deepEqual, ok } from "node:assert/strict";
import { readEvents, type StreamEvent } from "../functions/read-events.ts";
import { startWorld, type World } from "../functions/world.ts";

/** A world with short limits, so that silence is noticed soon. `databaseUrl`: see {@linkcode startWorld}. */
export async function chaoticWorld(databaseUrl: string | null = null): Promise<World> {
  const world = await startWorld(databaseUrl);
  // Longer than a busy machine takes for an answer, or every one of them would be late.
  for (
    const [key, value] of [
      ["ai.request.timeout", "PT6S"],
      ["ai.timeout.first_token", "PT2.5S"],
      ["ai.timeout.idle", "PT2.5S"],
    ]
  ) {
    await world.stack.sql("select public.set_setting($1, to_jsonb($2::text))", [key, value]);
  }
  // What is done in the background after a turn asks models, too, and would meet the faults meant for the turn.
  for (const key of ["ai.memory.enabled", "ai.conversation.insights"]) {
    await world.stack.sql("select public.set_setting($1, 'false')", [key]);
  }
  return world;
}

/** Input of `classify-lead`, not in any cache as long as names differ. */
export function lead(name: string) {
  return {
    lead: {
      name,
      company: "Gasthof Sonne GmbH",
      notes: "Asked for a demo and for prices. Wants to start before Christmas.",
    },
  };
}

/** A streamed turn of the chat as its reader saw it. */
export interface Streamed {
  status: number;
  /** Code of the problem or of the `error` event; null for an answer. */
  code: string | null;
  /** Names of the events, neighbours of one name told once. */
  names: string[];
  /** What a reader who honours `restart` has on the screen at the end. */
  shown: string;
  /** `{data, meta}` of `done`; null without one. */
  // deno-lint-ignore no-explicit-any -- a test looks into bodies whose shape is what it checks
  done: any;
  requestId: string;
}

function askChat(world: World, message: string, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`${world.stack.url}/functions/v1/chat`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${world.ownerToken}`,
      apikey: world.stack.publishableKey,
      "content-type": "application/json",
    },
    body: JSON.stringify({ input: { message }, options: { stream: true } }),
    signal,
  });
}

/** Asks the chat for a stream, and leaves after so many pieces of the answer. */
export async function leaveChat(world: World, message: string, pieces: number): Promise<void> {
  const leaving = new AbortController();
  const response = await askChat(world, message, leaving.signal);
  if (response.status !== 200) return void await response.body?.cancel();
  const { next } = readEvents(response);
  let seen = 0;
  for (let event = await next(); event !== null && seen < pieces; event = await next()) {
    if (event.event === "delta") seen++;
  }
  leaving.abort();
}

/** Asks the chat for a stream and reads it to its end. */
export async function streamChat(world: World, message: string): Promise<Streamed> {
  const response = await askChat(world, message);
  if (response.status !== 200) {
    const problem = await response.json();
    const { code, request_id: requestId } = problem;
    return { status: response.status, code, names: [], shown: "", done: null, requestId };
  }
  return seen(await readEvents(response).rest());
}

function seen(events: StreamEvent[]): Streamed {
  const names = events.map(({ event }) => event).filter((name, index, all) => name !== all[index - 1]);
  let shown = "";
  for (const { event, data } of events) {
    if (event === "restart") shown = "";
    if (event === "delta") shown += data.text;
  }
  const last = events.at(-1);
  return {
    status: 200,
    code: last?.event === "error" ? last.data.code : null,
    names,
    shown,
    done: last?.event === "done" ? last.data : null,
    requestId: events[0]?.data.request_id ?? last?.data.request_id,
  };
}

/** A call row as far as these tests look at it. */
export interface CallRow {
  purpose: string;
  provider: string;
  request_model: string;
  error_code: string | null;
  finish_reason: string | null;
  usage_source: string;
  output_tokens: number | null;
  cost: number | null;
}

/** Call rows of a request, in the order they were made. */
export function callsOf(world: World, requestId: string): Promise<CallRow[]> {
  return world.stack.sql<CallRow>(
    `select purpose, provider, request_model, error_code, finish_reason, usage_source, output_tokens, cost_usd::float8 as cost
     from public.ai_call_logs where request_id = $1 order by attempt`,
    [requestId],
  );
}

/** Requests that reached a provider's model. */
export function asked(world: World, provider: string, model: string): number {
  return world.standIn.control.requests().counts
    .filter((count) => count.provider === provider && count.model === model)
    .reduce((sum, { requests }) => sum + requests, 0);
}

/** Breakers that a case opened must not decide the next one. */
export async function forgive(world: World): Promise<void> {
  await world.settled();
  await world.stack.sql("delete from public.ai_breakers");
}

/**
 * Nothing was asked that is not in the log, nobody was asked too often, and the ledger agrees. A call that was lost on its way is in the log
 * although it never arrived: on a busy machine a kept-alive connection may be closed the moment it is used again.
 */
export async function accountedFor(world: World, mostAttempts: number): Promise<void> {
  await world.settled();
  const [rows] = await world.stack.sql<{ calls: number; lost: number; most: number; same: number }>(
    `select sum(n)::integer as calls, sum(lost)::integer as lost, max(most)::integer as most, max(n)::integer as same from (
       select count(*) as n, count(*) filter (where error_code in ('network', 'timeout')) as lost, max(attempt) as most
       from public.ai_call_logs group by request_id, provider, request_model
     ) as each`,
  );
  const { calls = 0, lost = 0, most = 99, same = 99 } = rows ?? {};
  const upstream = world.standIn.control.requests().total;
  ok(upstream <= calls && calls - upstream <= lost, `${upstream} upstream requests, ${calls} call rows, ${lost} lost`);
  ok(most <= mostAttempts, `${most} attempts for one request`);
  // ai.retry.count is 3.
  ok(same <= 4, `one model was asked ${same} times for one request`);
  deepEqual(await world.stack.sql("select * from public.ai_ledger_check"), []);
}
