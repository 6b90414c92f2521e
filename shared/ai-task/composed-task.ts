import type { Ledger } from "@shared/budget/mod.ts";
import { hashBody } from "@shared/cache/mod.ts";
import { AppError, type ErrorCode, errorKinds } from "@shared/errors/mod.ts";
import {
  type Authenticate,
  describedTo,
  endpoint,
  jsonResponse,
  logLine,
  requireIdentity,
  waitUntil,
} from "@shared/http/mod.ts";
import type { z } from "zod";
import { identityColumns } from "./admission-request.ts";
import { readCall, readTaskBody, type TaskCall } from "./call.ts";
import { type Describable, describeTask } from "./describe.ts";
import { logRejection } from "./log-rejection.ts";
import { StepError } from "./step-error.ts";

/** The surroundings of a task that is made of steps. */
export interface ComposedDeps {
  authenticate: Authenticate;
  /** The database under the service role. */
  database: Ledger;
  /** A UUID. */
  newId(): string;
  /** Epoch milliseconds. */
  now(): number;
}

/** Where such a task runs, and whom it tells again what it has told. */
export interface ComposedOptions<Input, Deps> {
  /** Undefined = this deployment's own, made by `system` when the first request comes in. */
  deps: Deps | undefined;
  system: () => Deps;
  /**
   * Whether the caller may be given an answer again that is kept under his idempotency key; if not, he is answered anew. Default: always.
   * Who answers from what a right opens asks for it here, or the answer outlives the right.
   */
  mayRepeat?: (answer: unknown, call: ComposedCall<Input>, deps: Deps) => Promise<boolean>;
}

/** One call of such a task. */
export interface ComposedCall<Input> extends Omit<TaskCall<Input>, "body" | "language"> {
  request: Request;
  /** The job this call carries out for the queue, which ends it itself; null = somebody else asks. */
  queueJob: string | null;
}

type Claim =
  | { outcome: "claimed"; org_id: string }
  | { outcome: "replayed"; request_id: string; answer: unknown }
  | { outcome: "refused"; code: ErrorCode; detail: string; retry_after_ms: number | null };

/** The queue's own keys: it asks until a job has ended, and the task ends it. */
const QUEUE_KEY = /^queue:([0-9a-f-]{36})$/;

/**
 * The handler of a task whose answer takes several steps, each a request of its own. What holds for every task is done here:
 * who calls, the description, the schema, the log row of a bad request, and the answer under an idempotency key.
 *
 * @param carryOut The answer's body.
 */
export function composedHandler<Input extends z.ZodType, Deps extends ComposedDeps>(
  task: Omit<Describable, "input"> & { input: Input },
  { deps, system, mayRepeat }: ComposedOptions<z.output<Input>, Deps>,
  carryOut: (call: ComposedCall<z.output<Input>>, deps: Deps) => Promise<unknown>,
): (request: Request) => Promise<Response> {
  return endpoint({
    methods: ["GET", "POST"],
    ...(deps === undefined ? {} : { newId: deps.newId }),
    async answer({ request, requestId }) {
      const surroundings = deps ?? system();
      const startedAt = surroundings.now();
      const caller = await surroundings.authenticate(request.headers);
      if (request.method === "GET") return describedTo(request, describeTask(task));
      const identity = requireIdentity(caller);
      let body: unknown;
      try {
        body = await readTaskBody(request);
        const call = readCall(request, task.input, { requestId, startedAt, identity, streams: false }, body);
        const queueJob = identity.kind === "service" ? QUEUE_KEY.exec(call.idempotencyKey ?? "")?.[1] ?? null : null;
        const { idempotency_key: _key, ...options } = call.options;
        const composed = { ...call, options, request, queueJob };
        const answer = () => carryOut(composed, surroundings);
        if (call.idempotencyKey === null || queueJob !== null) return jsonResponse(await answer());
        return await once(task.task, { ...call, idempotencyKey: call.idempotencyKey }, surroundings, {
          answer,
          mayRepeat: (kept) => mayRepeat?.(kept, composed, surroundings) ?? Promise.resolve(true),
        });
      } catch (error) {
        const rejected = { requestId, startedAt, identity, body };
        if (!(error instanceof StepError)) {
          waitUntil(logRejection(task.task, error, rejected, { ledger: surroundings.database, now: surroundings.now }));
        }
        throw error;
      }
    },
  });
}

/** Answers once under an idempotency key, and again as far as the caller may still see the answer. */
async function once(
  task: string,
  call: TaskCall<unknown> & { idempotencyKey: string },
  { database }: ComposedDeps,
  { answer, mayRepeat }: { answer: () => Promise<unknown>; mayRepeat: (kept: unknown) => Promise<boolean> },
): Promise<Response> {
  const { idempotencyKey, requestId, identity, orgId, body } = call;
  const wanted = {
    request_id: requestId,
    org_id: orgId,
    ...identityColumns(identity),
    task,
    idempotency_key: idempotencyKey,
    body_hash: await hashBody(body),
  };
  const ask = (more: { instead_of?: string } = {}) =>
    database.rpc<Claim>("ai_claim_answer", { claim: { ...wanted, ...more } });
  let claim = await ask();
  if (claim.outcome === "replayed" && !await mayRepeat(claim.answer)) {
    claim = await ask({ instead_of: claim.request_id });
  }
  switch (claim.outcome) {
    case "refused":
      throw new AppError(claim.code, claim.detail, { retryAfterMs: claim.retry_after_ms ?? undefined });
    case "replayed":
      return jsonResponse(claim.answer, {
        headers: { "idempotent-replayed": "true", "x-request-id": claim.request_id },
      });
    case "claimed": {
      const keep = (kept: unknown) =>
        database.rpc("ai_keep_answer", { p_org_id: claim.org_id, p_request_id: requestId, p_answer: kept });
      let made: unknown;
      try {
        made = await answer();
      } catch (error) {
        waitUntil(keep(null));
        throw error;
      }
      // It is made and paid for: an answer that cannot be kept is given all the same. Its key is free again when the claim's time is over.
      await keep(made).catch((error) => {
        logLine("answer_not_kept", { request_id: requestId, task, kinds: errorKinds(error) });
      });
      return jsonResponse(made);
    }
  }
}
