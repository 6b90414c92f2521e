import { type AppError, toAppError } from "@shared/errors/mod.ts";
import { retryAfterSeconds, withCors } from "@shared/http/mod.ts";
import type { ClientFormat } from "./asked.ts";
import { openAiNames } from "./client-error.ts";
import { openAiLimitHeaders, openAiRemainingHeader } from "./openai/rate-limit-headers.ts";

/** The inside of an error in OpenAI's format. */
export interface OpenAiError {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
  /** Model ids that are like an unknown one. */
  near?: string[];
}

/** What OpenAI answers where our own contract has another status: its clients choose their error class by it. */
function gatewayStatus(error: AppError): number {
  return error.code === "context_length_exceeded" || error.code === "content_filtered" ? 400 : error.status;
}

/** Which limit a request met: the ledger says it of its own, a provider's 429 counts as one of requests. */
function limitMet({ code, extensions: { limit } }: AppError): "requests" | "tokens" | "concurrent" | null {
  if (code !== "rate_limited") return null;
  return limit === "tokens" || limit === "concurrent" ? limit : "requests";
}

/** Any thrown value as OpenAI's clients expect an error; what is unexpected says nothing about itself. */
export function openAiError(thrown: unknown): { status: number; error: OpenAiError; retryAfterMs: number | null } {
  const failure = toAppError(thrown);
  const status = gatewayStatus(failure);
  const { error_code: code, error_type: type, near } = failure.extensions;
  // What is not found is a model, unless the error says what else it is.
  const { param = failure.code === "not_found" ? "model" : null } = failure.extensions;
  const names = openAiNames[failure.code] ??
    { code: failure.code, type: status >= 500 ? "server_error" : "invalid_request_error" };
  const hidden = failure.code === "internal";
  const like = Array.isArray(near) && near.length > 0 ? near.map(String) : null;
  return {
    status,
    retryAfterMs: failure.retryAfterMs ?? null,
    error: {
      message: hidden
        ? "The gateway had an error while processing your request"
        : like === null
        ? failure.message
        : `${failure.message}. Near names: ${like.join(", ")}`,
      type: typeof type === "string" ? type : limitMet(failure) === "tokens" ? "tokens" : names.type,
      param: typeof param === "string" ? param : null,
      code: typeof code === "string" ? code : names.code,
      ...(like === null ? {} : { near: like }),
    },
  };
}

/** {@linkcode openAiError} as a response. `x-should-retry` is what the official SDKs ask before they repeat a call. */
export function openAiErrorResponse(thrown: unknown, requestId: string): Response {
  const { status, error, retryAfterMs } = openAiError(thrown);
  return withCors(
    new Response(JSON.stringify({ error }), { status, headers: errorHeaders(thrown, requestId, retryAfterMs) }),
  );
}

/** How a format tells limits. */
export type LimitNames = Pick<ClientFormat, "remainingHeader" | "limitHeaders">;

/** Headers every error has, whatever its format. */
export function errorHeaders(
  thrown: unknown,
  requestId: string,
  retryAfterMs: number | null,
  names: LimitNames = { remainingHeader: openAiRemainingHeader, limitHeaders: openAiLimitHeaders },
): Headers {
  const failure = toAppError(thrown);
  const headers = new Headers({ "content-type": "application/json", "x-request-id": requestId });
  headers.set("x-should-retry", String(failure.retryable));
  if (retryAfterMs !== null) headers.set("retry-after", retryAfterSeconds(retryAfterMs));
  const limit = limitMet(failure);
  // Of requests at once none is used up: there is no header for them.
  if (limit !== null && limit !== "concurrent") {
    headers.set(names.remainingHeader(limit), "0");
    const { per_minute: most } = failure.extensions;
    if (typeof most === "number" && retryAfterMs !== null) {
      const left = { [limit]: { limit: most, left: 0 }, reset_ms: retryAfterMs };
      for (const [name, value] of Object.entries(names.limitHeaders(left, Date.now()))) headers.set(name, value);
    }
  }
  if (failure.code === "unauthorized") headers.set("www-authenticate", "Bearer");
  const { allow } = failure.extensions;
  if (Array.isArray(allow)) headers.set("allow", allow.join(", "));
  return headers;
}
