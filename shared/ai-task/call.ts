import { AppError } from "@shared/errors/mod.ts";
import { bodyLimits, type Caller, pickLanguage, readJsonBody, validate } from "@shared/http/mod.ts";
import type { Language } from "@shared/messages/mod.ts";
import type { z } from "zod";
import { envelopeSchema, type TaskOptions } from "./envelope.ts";

/** Somebody, as opposed to a publishable key. */
export type Identity = Exclude<Caller, { kind: "publishable" }>;

/** A validated task call. */
export interface TaskCall<Input> {
  requestId: string;
  /** Epoch milliseconds when the request came in. */
  startedAt: number;
  identity: Identity;
  input: Input;
  /** As named in the body; null = the database tells it from the caller. */
  orgId: string | null;
  options: TaskOptions;
  /** From the options or the `Idempotency-Key` header. */
  idempotencyKey: string | null;
  language: Language;
  /** The parsed body as it came. */
  body: unknown;
  /** Aborts when the caller goes away. */
  signal: AbortSignal;
}

interface ValidEnvelope<Input> {
  input: Input;
  org_id?: string;
  options?: TaskOptions;
}

/**
 * Reads a call: schema and options of a body that {@linkcode readTaskBody} gave.
 *
 * @throws {AppError} `invalid_request`.
 */
export function readCall<Input extends z.ZodType>(
  request: Request,
  schema: Input,
  context: { requestId: string; startedAt: number; identity: Identity; streams: boolean },
  body: unknown,
): TaskCall<z.output<Input>> {
  const { requestId, startedAt, identity } = context;
  // The compiler cannot see through the generic schema; the schema is the one of this very type.
  const envelope: unknown = validate(envelopeSchema(schema), body);
  const { input, org_id, options = {} } = envelope as ValidEnvelope<z.output<Input>>;
  if (options.stream === true && !context.streams) {
    throw new AppError("invalid_request", "Cannot stream the answer: this task answers whole");
  }
  return {
    requestId,
    startedAt,
    identity,
    input,
    orgId: org_id ?? null,
    options,
    idempotencyKey: idempotencyKey(request.headers, options),
    language: pickLanguage(request, identity.kind === "user" ? identity.language : null),
    body,
    signal: request.signal,
  };
}

/**
 * The body of a call, parsed.
 *
 * @throws {AppError} `payload_too_large`, `invalid_request`.
 */
export function readTaskBody(request: Request): Promise<unknown> {
  return readJsonBody(request, bodyLimits.task);
}

/** The organization a body names, if it does so properly; for logging what else is wrong with it. */
export function orgIdIn(body: unknown): string | null {
  const orgId = typeof body === "object" && body !== null && "org_id" in body ? body.org_id : null;
  return typeof orgId === "string" && UUID.test(orgId) ? orgId : null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function idempotencyKey(headers: Headers, options: TaskOptions): string | null {
  const fromHeader = headers.get("idempotency-key")?.trim() ?? "";
  const fromOptions = options.idempotency_key;
  if (fromHeader === "") return fromOptions ?? null;
  if (!/^[\x21-\x7e]{1,200}$/.test(fromHeader)) {
    throw new AppError("invalid_request", "Cannot use Idempotency-Key: it must be 1 to 200 printable ASCII characters");
  }
  if (fromOptions !== undefined && fromOptions !== fromHeader) {
    throw new AppError("invalid_request", "Cannot tell the idempotency key: header and options name different ones");
  }
  return fromHeader;
}
