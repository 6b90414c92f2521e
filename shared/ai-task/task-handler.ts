import { type Admission, type Plan } from "@shared/budget/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import {
  type Caller,
  describedTo,
  endpoint,
  errorLanguage,
  eventStream,
  type Exchange,
  jsonResponse,
  requireIdentity,
} from "@shared/http/mod.ts";
import { wordingOf } from "@shared/messages/mod.ts";
import type { z } from "zod";
import { actionIn, runAction } from "./action.ts";
import { type Identity, readCall, readTaskBody, type TaskCall } from "./call.ts";
import { ChatRequestRun } from "./chat-request.ts";
import { clientLeft } from "./client-grace.ts";
import type { Conclusion } from "./conclude.ts";
import type { EmbeddingDefinition } from "./define-embedding.ts";
import type { SpeechDefinition } from "./define-speech.ts";
import type { TaskDefinition } from "./define-task.ts";
import { type Describable, describeTask, type TaskDescription } from "./describe.ts";
import { EmbeddingRequestRun } from "./embedding-request.ts";
import { logRejection } from "./log-rejection.ts";
import type { Envelope } from "./meta.ts";
import { SpeechRequestRun } from "./speech-request.ts";
import { cachedEnvelope, replayedEnvelope } from "./stored-answer.ts";
import { streamAnswer, streamStored } from "./stream-answer.ts";
import { takeTurn, turnTools } from "./take-turn.ts";
import { systemDeps, type TaskDeps } from "./task-deps.ts";
import { serveTaskSocket, wantsSocket } from "./task-socket.ts";
import type { Turn } from "./turn.ts";

/** A definition of any kind. */
export type AnyDefinition<Input extends z.ZodType, Output extends z.ZodType> =
  | TaskDefinition<Input, Output>
  | EmbeddingDefinition<Input, Output>
  | SpeechDefinition<Input, Output>;

/** A request that can be admitted and carried out. */
interface Admittable {
  admit(): Promise<Admission>;
  answer(plan: Plan): Promise<Response>;
}

/**
 * The handler of a task's Edge Function: `GET` describes the task, `POST` runs it, everything by the contract.
 *
 * @param deps Default: this deployment's own, made when the first request comes in.
 */
export function taskHandler<Input extends z.ZodType, Output extends z.ZodType>(
  definition: AnyDefinition<Input, Output>,
  deps?: TaskDeps,
): (request: Request) => Promise<Response> {
  let description: TaskDescription | undefined;
  const surroundings = () => deps ?? systemDeps();
  const handle = endpoint({
    methods: ["GET", "POST"],
    ...(deps === undefined ? {} : { newId: deps.newId, log: deps.log }),
    async answer(exchange) {
      const { authenticate } = surroundings();
      const caller = await authenticate(exchange.request.headers);
      if (exchange.request.method === "GET") {
        return await goneBackTo(definition, exchange, caller, surroundings()) ??
          describedTo(exchange.request, description ??= describeTask(definition as Describable));
      }
      return await runTask(definition, exchange, requireIdentity(caller), surroundings());
    },
  });
  if (isPlain(definition) || definition.sockets !== true) return handle;
  return (request) => wantsSocket(request) ? serveTaskSocket(request, handle, surroundings()) : handle(request);
}

/** `GET ?request_id=…` on a task of turns: the rest of a stream whose connection dropped; null = something else is asked for. */
async function goneBackTo<Input extends z.ZodType, Output extends z.ZodType>(
  definition: AnyDefinition<Input, Output>,
  { request, requestId }: Exchange,
  caller: Caller,
  deps: TaskDeps,
): Promise<Response | null> {
  const { searchParams } = new URL(request.url);
  if (isPlain(definition) || definition.resume === undefined || !searchParams.has("request_id")) return null;
  const after = request.headers.get("last-event-id") ?? searchParams.get("last_event_id");
  const asked = { request_id: searchParams.get("request_id"), after };
  const source = await definition.resume(asked, requireIdentity(caller), turnTools(deps), request.signal);
  const wording = await wordingOf(errorLanguage(request));
  return await eventStream(source, { requestId, signal: request.signal, wording, log: deps.log });
}

/** Serves a task: the whole content of a function's `index.ts`. */
export function serveTask<Input extends z.ZodType, Output extends z.ZodType>(
  definition: AnyDefinition<Input, Output>,
): void {
  Deno.serve(taskHandler(definition));
}

async function runTask<Input extends z.ZodType, Output extends z.ZodType>(
  definition: AnyDefinition<Input, Output>,
  { request, requestId }: Exchange,
  identity: Identity,
  deps: TaskDeps,
): Promise<Response> {
  const startedAt = deps.now();
  const streams = !isPlain(definition) && definition.streams;
  // Known before it is valid, so that a refusal can be logged for its organization.
  let body: unknown;
  let admittable: Admittable;
  let call: TaskCall<z.output<Input>>;
  try {
    body = await readTaskBody(request);
    const action = isPlain(definition) ? null : actionIn(definition, body);
    if (action !== null) return await runAction(action, body, identity, deps);
    call = readCall(request, definition.input, { requestId, startedAt, identity, streams }, body);
    if (isPlain(definition)) admittable = plain(definition, call, deps);
    else if (definition.turn === undefined) admittable = chat(definition, call, deps);
    else {
      const request = await new ChatRequestRun(definition, call, deps).admissionRequest();
      const taken = await takeTurn(definition, definition.turn, call, request, deps);
      call = taken.call;
      admittable = {
        ...chat(taken.definition, call, deps, taken.turn),
        admit: () => Promise.resolve(taken.admission),
      };
    }
  } catch (error) {
    deps.waitUntil(logRejection(definition.task, error, { requestId, startedAt, identity, body }, deps));
    throw error;
  }
  return await admitted(admittable, call, deps);
}

async function admitted(run: Admittable, call: TaskCall<unknown>, deps: TaskDeps): Promise<Response> {
  const admission = await run.admit();
  switch (admission.outcome) {
    case "refused":
      throw new AppError(admission.code, admission.detail, {
        retryAfterMs: admission.retry_after_ms ?? undefined,
        extensions: admission.extensions ?? {},
      });
    case "cached":
      return await stored(cachedEnvelope(admission, call, deps.now()), call, {});
    case "replayed": {
      const headers = { "idempotent-replayed": "true", "x-request-id": admission.request_id };
      return await stored(replayedEnvelope(admission), call, headers);
    }
    case "admitted":
      return await run.answer(admission.plan);
  }
}

async function stored(envelope: Envelope, call: TaskCall<unknown>, headers: Record<string, string>): Promise<Response> {
  return call.options.stream === true ? await streamStored(envelope, headers) : jsonResponse(envelope, { headers });
}

function chat<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<Input, Output>,
  call: TaskCall<z.output<Input>>,
  deps: TaskDeps,
  turn: Turn<z.output<Output>> | null = null,
): Admittable {
  const run = new ChatRequestRun(definition, call, deps, turn);
  return {
    admit: () => run.admit(),
    async answer(plan) {
      if (call.options.stream === true) {
        return await streamAnswer(
          plan,
          call,
          definition.task,
          (sink, signal) => run.carryOut(plan, sink, signal),
          turn,
          deps,
        );
      }
      const { envelope, failure } = await wholeAnswer(
        plan,
        call,
        turn,
        deps,
        (signal) => run.carryOut(plan, null, signal),
      );
      if (envelope === null) throw failure ?? new AppError("internal", "Cannot answer: unexpected error");
      return jsonResponse(envelope);
    },
  };
}

function plain<Input extends z.ZodType, Output extends z.ZodType>(
  definition: PlainDefinition<Input, Output>,
  call: TaskCall<z.output<Input>>,
  deps: TaskDeps,
): Admittable {
  const run = definition.operation === "speech"
    ? new SpeechRequestRun(definition, call, deps)
    : new EmbeddingRequestRun(definition, call, deps);
  return {
    admit: () => run.admit(),
    answer: async (plan) => jsonResponse(await run.carryOut(plan, patience(call))),
  };
}

/** Carries a request out of which nothing is told before the end. A turn goes on for a while when its client has gone. */
async function wholeAnswer(
  plan: Plan,
  call: TaskCall<unknown>,
  turn: Turn<unknown> | null,
  deps: TaskDeps,
  carryOut: (signal: AbortSignal) => Promise<Conclusion>,
): Promise<Conclusion> {
  if (turn === null || call.idempotencyKey !== null) return await carryOut(patience(call));
  const gone = new AbortController();
  const over = new AbortController();
  const leave = () => clientLeft({ plan, turn, gone, over: over.signal }, deps);
  if (call.signal.aborted) leave();
  else call.signal.addEventListener("abort", leave, { once: true });
  const running = carryOut(gone.signal).finally(() => over.abort());
  deps.waitUntil(running.catch(() => {}));
  return await running;
}

/** Whoever gave an idempotency key will come back for the answer: then it is worth finishing after they have gone. */
function patience(call: TaskCall<unknown>): AbortSignal {
  return call.idempotencyKey === null ? call.signal : new AbortController().signal;
}

/** What answers without being judged. */
type PlainDefinition<Input extends z.ZodType, Output extends z.ZodType> =
  | EmbeddingDefinition<Input, Output>
  | SpeechDefinition<Input, Output>;

function isPlain<Input extends z.ZodType, Output extends z.ZodType>(
  definition: AnyDefinition<Input, Output>,
): definition is PlainDefinition<Input, Output> {
  return "operation" in definition;
}
