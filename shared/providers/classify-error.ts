import { failureKind, type VendorFailure } from "./failure-kind.ts";
import { type JsonRecord, record, string } from "./json-value.ts";
import { ProviderError, type ProviderErrorKind } from "./provider.ts";
import { retryAfterMs } from "./retry-after.ts";
import { isStandIn } from "./stand-in.ts";

/** What is known about an attempt when it fails. */
export interface Attempt {
  /** Slug of the provider, for the message. */
  provider: string;
  signal: AbortSignal;
  /** Whether the request has left: before that nothing can be billed. */
  sent: boolean;
  /** Headers of the response, once there is one: from then on lost bytes are a cut, not a failed connection. */
  headers: Headers | null;
  partial: ProviderError["partial"];
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Turns whatever an attempt threw (an SDK's error, fetch's, a parser's, an abort) into the one error everybody else reads. */
export function classifyError(error: unknown, attempt: Attempt): ProviderError {
  if (attempt.signal.aborted) return abortedError(attempt, error);
  const own = ownError(error);
  if (own !== null) return own;
  const { status, headers, error: body } = record(error);
  if (typeof status === "number") {
    const answered = { ...attempt, headers: headers instanceof Headers ? headers : attempt.headers };
    return bodyError(body ?? messageOf(error), { status, attempt: answered, mayBeBilled: false, cause: error });
  }
  const words = messagesOf(error);
  const never =
    /refused|dns error|failed to lookup|ENOTFOUND|EAI_AGAIN|unreachable|\(Connect\)|certificate|handshake|Invalid URL/i
      .test(words);
  const kind: ProviderErrorKind = error instanceof SyntaxError
    ? "malformed"
    : attempt.headers === null
    ? "network"
    : "cut";
  return providerError(kind, kind === "malformed" ? "its answer cannot be parsed" : words, attempt, {
    mayBeBilled: attempt.sent && !never,
    cause: error,
  });
}

/** What was refused before anything was sent comes wrapped from an SDK, as everything its fetch throws. */
function ownError(error: unknown): ProviderError | null {
  if (error instanceof ProviderError) return error;
  const cause = record(error).cause;
  return cause instanceof ProviderError ? cause : null;
}

/** An error the vendor spelled out, as a status or inside a stream or body that began with 200. */
export function bodyError(
  body: unknown,
  { status, attempt, mayBeBilled, cause }: {
    status: number | null;
    attempt: Attempt;
    mayBeBilled: boolean;
    cause?: unknown;
  },
): ProviderError {
  const failure = vendorFailure(body, status);
  const kind = failureKind(failure);
  return providerError(kind, failure.message, attempt, { status, mayBeBilled, cause });
}

/** A failure this module found itself. It may have been billed: an answer was on its way. */
export function answerError(kind: ProviderErrorKind, message: string, attempt: Attempt): ProviderError {
  return providerError(kind, message, attempt, { mayBeBilled: true, status: kind === "content_filter" ? 200 : null });
}

function providerError(
  kind: ProviderErrorKind,
  message: string,
  { provider, headers, partial, now }: Attempt,
  fields: { status?: number | null; mayBeBilled: boolean; cause?: unknown },
): ProviderError {
  const status = fields.status ?? null;
  return new ProviderError(kind, `Cannot get an answer from '${provider}': ${redact(message)}`, {
    ...fields,
    partial,
    retryAfterMs: headers === null ? null : retryAfterMs(headers, { status, now: now() }),
    standIn: headers !== null && isStandIn(headers),
  });
}

/** Whoever aborted may have said why: limits abort with the error that shall be thrown, `AbortSignal.timeout` with its own. */
function abortedError(attempt: Attempt, cause: unknown): ProviderError {
  const reason: unknown = attempt.signal.reason;
  const kind = reason instanceof ProviderError
    ? reason.kind
    : reason instanceof DOMException && reason.name === "TimeoutError"
    ? "timeout"
    : "cancelled";
  const message = reason instanceof Error ? reason.message : "the caller went away";
  return providerError(kind, message, attempt, { mayBeBilled: attempt.sent, cause });
}

/** OpenAI's SDK hands over the inner error, Anthropic's and a plain body carry it in `error`; some vendors send only words. */
function vendorFailure(body: unknown, status: number | null): VendorFailure {
  if (typeof body === "string") return { status, type: "", code: "", message: body.slice(0, 300) };
  const outer = record(body);
  const inner: JsonRecord = typeof outer.error === "object" && outer.error !== null ? record(outer.error) : outer;
  const details = record(inner.details);
  return {
    status,
    type: string(inner.type) ?? "",
    code: String(inner.code ?? details.error_code ?? ""),
    message: (string(inner.message) ?? string(outer.error) ?? JSON.stringify(body)).slice(0, 1000),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The messages of an error and everything that caused it: fetch hides "connection refused" two levels down. */
function messagesOf(error: unknown): string {
  const messages: string[] = [];
  for (let cause = error; cause !== undefined && messages.length < 5; cause = record(cause).cause) {
    messages.push(messageOf(cause));
  }
  return messages.join(": ");
}

/** OpenAI repeats a part of a wrong key in its message. */
function redact(message: string): string {
  return message.replace(/\b(?:sk|key|sbx)[-_][\w*-]{6,}/g, "[key]");
}
