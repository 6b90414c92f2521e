import assert from "node:assert/strict";
import { failureKind } from "./failure-kind.ts";
import type { ProviderErrorKind } from "./provider.ts";

const cases: [status: number | null, type: string, code: string, message: string, kind: ProviderErrorKind][] = [
  [
    429,
    "tokens",
    "rate_limit_exceeded",
    "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40000.",
    "rate_limited",
  ],
  [429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota", "quota"],
  [402, "", "", "Payment required", "quota"],
  [400, "invalid_request_error", "billing_hard_limit_reached", "Billing hard limit has been reached", "quota"],
  [400, "billing_error", "contract_spend_limit_reached", "Your contract's spend limit is reached", "quota"],
  [
    400,
    "invalid_request_error",
    "",
    "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
    "context_length",
  ],
  [400, "BadRequestError", "", "This model's maximum context length is 8192 tokens.", "context_length"],
  [400, "invalid_request_error", "string_above_max_length", "Invalid 'input': string too long.", "context_length"],
  [413, "request_too_large", "", "Prompt is too long", "context_length"],
  [413, "request_too_large", "", "Request exceeds the maximum size", "invalid_request"],
  [
    400,
    "",
    "content_filter",
    "The response was filtered due to the prompt triggering Azure's content management policy.",
    "content_filter",
  ],
  [403, "", "", "Your input was flagged by our moderation", "content_filter"],
  [
    400,
    "invalid_request_error",
    "invalid_prompt",
    "Invalid prompt: we've limited access to this content",
    "content_filter",
  ],
  [400, "invalid_request_error", "model_not_found", "The requested model 'gpt-x' does not exist.", "not_found"],
  [403, "invalid_request_error", "model_not_found", "Project does not have access to model gpt-5", "not_found"],
  [403, "", "unsupported_country_region_territory", "Country not supported", "authentication"],
  [422, "", "", "Unprocessable", "invalid_request"],
  [529, "overloaded_error", "", "Overloaded", "server"],
  [null, "server_error", "", "The server had an error", "server"],
  [null, "", "rate_limit_exceeded", "Slow down", "rate_limited"],
  [null, "overloaded_error", "", "Overloaded", "server"],
  [null, "", "429", "Provider returned error", "rate_limited"],
  [null, "authentication_error", "", "No", "authentication"],
  [null, "timeout_error", "", "Too slow", "timeout"],
  [null, "not_found_error", "", "Gone", "not_found"],
  [null, "invalid_request_error", "", "prompt is too long: 9 > 8", "context_length"],
  [null, "invalid_request_error", "", "tools.0: bad", "invalid_request"],
  [null, "insufficient_quota", "", "No money", "quota"],
  [null, "", "", "Something", "server"],
];

Deno.test("failureKind reads status, type, code and wording of each vendor", () => {
  for (const [status, type, code, message, kind] of cases) {
    assert.equal(failureKind({ status, type, code, message }), kind, `${status} ${type} ${code} ${message}`);
  }
});
