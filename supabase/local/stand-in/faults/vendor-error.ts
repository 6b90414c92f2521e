import type { Json, ProviderName } from "../wire/prompt.ts";
import type { Fault } from "./fault.ts";

/** An error as a vendor answers it. */
export interface VendorError {
  status: number;
  headers: Record<string, string>;
  body: Json;
}

interface Failure {
  status: number;
  type: string;
  code: string | null;
  message: string;
}

const openAiTypes: Record<number, string> = {
  401: "invalid_request_error",
  429: "requests",
  400: "invalid_request_error",
};
const anthropicTypes: Record<number, string> = {
  ...{
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
  },
  ...{
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
  },
};

/** The error that a fault stands for, in the vendor's own shape; null for faults that are no error answers. */
export function errorOf(fault: Fault, provider: ProviderName, now: number): VendorError | null {
  const failure = failureOf(fault, provider);
  return failure === null ? null : vendorError(provider, failure, retryHeaders(fault, now));
}

/** An error answer in the vendor's own shape. */
export function vendorError(
  provider: ProviderName,
  { status, type, code, message }: Failure,
  headers: Record<string, string> = {},
): VendorError {
  const body = provider === "anthropic"
    ? { type: "error", error: { type: anthropicTypes[status] ?? "api_error", message }, request_id: null }
    : { error: { message, type, param: null, code } };
  return { status, headers, body };
}

/** A request the stand-in cannot understand. */
export function badRequest(provider: ProviderName, message: string): VendorError {
  return vendorError(provider, { status: 400, type: "invalid_request_error", code: null, message });
}

function failureOf({ kind, status = 500 }: Fault, provider: ProviderName): Failure | null {
  switch (kind) {
    case "status":
      return {
        status,
        type: openAiTypes[status] ?? (status >= 500 ? "server_error" : "invalid_request_error"),
        code: status === 429 ? "rate_limit_exceeded" : null,
        message: status === 429
          ? "Rate limit reached for requests"
          : `The server answered ${status} (injected by the stand-in)`,
      };
    case "authentication":
      return {
        status: 401,
        type: "invalid_request_error",
        code: "invalid_api_key",
        message: "Incorrect API key provided",
      };
    case "quota":
      return provider === "openai"
        ? {
          status: 429,
          type: "insufficient_quota",
          code: "insufficient_quota",
          message: "You exceeded your current quota, please check your plan and billing details",
        }
        : { status: 402, type: "billing_error", code: "credit_limit", message: "Your credit balance is too low" };
    case "context_length":
      return {
        status: 400,
        type: "invalid_request_error",
        code: "context_length_exceeded",
        message: provider === "anthropic"
          ? "prompt is too long: 250000 tokens > 200000 maximum"
          : "This model's maximum context length is 128000 tokens. However, your messages resulted in 250000 tokens. Please reduce the length of the messages.",
      };
    default:
      return null;
  }
}

function retryHeaders({ retry_after }: Fault, now: number): Record<string, string> {
  if (retry_after === undefined) return {};
  const date = /^date:(\d+)$/.exec(String(retry_after));
  return { "retry-after": date === null ? String(retry_after) : new Date(now + Number(date[1]) * 1_000).toUTCString() };
}
