import { toAppError } from "@shared/errors/mod.ts";
import { withCors } from "@shared/http/mod.ts";
import { errorHeaders, openAiError } from "../openai-error.ts";
import { anthropicLimitHeaders, anthropicRemainingHeader } from "./rate-limit-headers.ts";

/** Names of errors by status. @see https://platform.claude.com/docs/en/api/errors (2026-11-21) */
const TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  405: "invalid_request_error",
  409: "conflict_error",
  413: "request_too_large",
  422: "invalid_request_error",
  429: "rate_limit_error",
  504: "timeout_error",
};

/** Any thrown value as Anthropic's clients expect an error, with our own code and the parameter beside its type. */
export function anthropicError(thrown: unknown) {
  const { status, error: { message, param, code, near }, retryAfterMs } = openAiError(thrown);
  const type = TYPES[status] ?? "api_error";
  const { details } = toAppError(thrown).extensions;
  return {
    status,
    retryAfterMs,
    error: {
      type,
      message,
      param,
      code,
      ...(near === undefined ? {} : { near }),
      ...(details === undefined ? {} : { details }),
    },
  };
}

/** {@linkcode anthropicError} as a response. */
export function anthropicErrorResponse(thrown: unknown, requestId: string): Response {
  const { status, error, retryAfterMs } = anthropicError(thrown);
  const headers = errorHeaders(thrown, requestId, retryAfterMs, {
    remainingHeader: anthropicRemainingHeader,
    limitHeaders: anthropicLimitHeaders,
  });
  headers.set("request-id", requestId);
  return withCors(new Response(JSON.stringify({ type: "error", error, request_id: requestId }), { status, headers }));
}
