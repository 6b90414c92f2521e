import type { Caller } from "@shared/http/mod.ts";
import { badParameter } from "./client-error.ts";

/** Somebody, as opposed to a publishable key. */
export type Identity = Exclude<Caller, { kind: "publishable" }>;

/** Everything about a call that its headers say. */
export interface CallContext {
  requestId: string;
  /** Epoch milliseconds. */
  startedAt: number;
  identity: Identity;
  orgId: string | null;
  /** Whom a secret key acts for; null = nobody in particular. */
  userId: string | null;
  jobId: string | null;
  subject: { type: string; id: string } | null;
  /** For the log only: session, tags, and the user a virtual key speaks for. */
  labels: Record<string, unknown>;
  idempotencyKey: string | null;
  /** `use`, `refresh` or `off` where the header says so; null = only answers that are sure to be the same are kept. */
  cache: "use" | "refresh" | "off" | null;
  /** The request's own headers, for those a format passes on. */
  headers: Headers;
  /** Aborts when the client goes away. */
  signal: AbortSignal;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MOST_TAGS = 20;
const LABEL = /^[\x21-\x7e]{1,200}$/;

/**
 * Reads `x-signalbox-*` and `Idempotency-Key`.
 *
 * @throws {AppError} `invalid_request` naming the header that is malformed.
 */
export function readContext(
  request: Request,
  given: { requestId: string; startedAt: number; identity: Identity },
): CallContext {
  const { headers, signal } = request;
  const user = header(headers, "x-signalbox-user", LABEL);
  const session = header(headers, "x-signalbox-session", LABEL);
  const tags = tagsOf(header(headers, "x-signalbox-tags", /^[\x20-\x7e]{1,1000}$/));
  const actsFor = given.identity.kind === "service" && user !== null && UUID.test(user) ? user : null;
  return {
    ...given,
    orgId: header(headers, "x-signalbox-org", UUID),
    userId: given.identity.kind === "user" ? given.identity.userId : actsFor,
    jobId: header(headers, "x-signalbox-job", UUID),
    subject: subjectOf(header(headers, "x-signalbox-subject", /^[a-z][a-z0-9_-]{0,39}:[\x21-\x7e]{1,200}$/)),
    labels: {
      ...(user === null ? {} : { user }),
      ...(session === null ? {} : { session }),
      ...(tags === null ? {} : { tags }),
    },
    idempotencyKey: header(headers, "idempotency-key", LABEL),
    cache: cacheOf(header(headers, "x-signalbox-cache", LABEL)),
    headers,
    signal,
  };
}

function header(headers: Headers, name: string, shape: RegExp): string | null {
  const value = headers.get(name)?.trim() ?? "";
  if (value === "") return null;
  if (shape.test(value)) return value;
  throw badParameter(`Invalid header: '${name}' has not the form it must have`, { param: name, code: "invalid_value" });
}

function subjectOf(text: string | null): CallContext["subject"] {
  if (text === null) return null;
  const colon = text.indexOf(":");
  return { type: text.slice(0, colon), id: text.slice(colon + 1) };
}

function tagsOf(text: string | null): string[] | null {
  const tags = text?.split(",").map((tag) => tag.trim()).filter((tag) => tag !== "") ?? null;
  if (tags === null || tags.length <= MOST_TAGS) return tags;
  throw badParameter(`Invalid header: 'x-signalbox-tags' has more than ${MOST_TAGS} tags`, {
    param: "x-signalbox-tags",
    code: "invalid_value",
  });
}

function cacheOf(value: string | null): CallContext["cache"] {
  if (value === null || value === "use" || value === "refresh" || value === "off") return value;
  throw badParameter("Invalid header: 'x-signalbox-cache' must be use, refresh or off", {
    param: "x-signalbox-cache",
    code: "invalid_value",
  });
}
