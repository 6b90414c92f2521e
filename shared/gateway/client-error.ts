import { AppError, type ErrorCode } from "@shared/errors/mod.ts";

/**
 * A fault of the client's request, with the parameter it is about: what every format's error names.
 *
 * @param what After "Cannot use the request: ".
 */
export function badParameter(
  what: string,
  { param = null, code = null, ...more }: { param?: string | null; code?: string | null } & Record<string, unknown> =
    {},
): AppError {
  return new AppError("invalid_request", what, { extensions: { param, error_code: code, ...more } });
}

/** The parameter is known, but the model cannot be asked for it. */
export function unsupported(param: string, model: string): AppError {
  return badParameter(
    `Unsupported parameter: '${param}' is not supported with ${model}, and is not left out in silence`,
    { param, code: "unsupported_parameter" },
  );
}

/** What an error is called in OpenAI's format: `code` and `type`. */
export const openAiNames: Partial<Record<ErrorCode, { code: string | null; type: string }>> = {
  invalid_request: { code: null, type: "invalid_request_error" },
  unauthorized: { code: "invalid_api_key", type: "invalid_request_error" },
  budget_exhausted: { code: "budget_exhausted", type: "insufficient_quota" },
  forbidden: { code: "forbidden", type: "invalid_request_error" },
  not_found: { code: "model_not_found", type: "invalid_request_error" },
  content_filtered: { code: "content_filter", type: "invalid_request_error" },
  context_length_exceeded: { code: "context_length_exceeded", type: "invalid_request_error" },
  model_unpriced: { code: "model_unpriced", type: "invalid_request_error" },
  rate_limited: { code: "rate_limit_exceeded", type: "requests" },
};
