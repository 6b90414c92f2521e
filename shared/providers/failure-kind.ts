import type { ProviderErrorKind } from "./provider.ts";

/** What a vendor says about a failure, in one shape. */
export interface VendorFailure {
  /** HTTP status; null for an error inside a stream that began well. */
  status: number | null;
  /** `error.type`; empty when not given. */
  type: string;
  /** `error.code`; empty when not given. */
  code: string;
  message: string;
}

/** The account's money, not its speed: waiting does not help. OpenAI sends it as 429, Anthropic as 400 in words. */
const quota =
  /insufficient_quota|billing_(?:hard_limit|not_active|error)|spend_limit|credit balance is too low|exceeded your current quota/i;

/** The vendors' own words for "the content was refused". */
const contentFilter =
  /content_policy_violation|content_filter|moderation_blocked|ResponsibleAIPolicyViolation|blocked by content filtering|content management policy|safety system|flagged (?:by|as|for)|cyber_policy|invalid_prompt/i;

/** OpenAI's code, Anthropic's "prompt is too long", Together's "`inputs` tokens + `max_new_tokens` must be <=", vLLM's "longer than the maximum model length". */
const contextLength =
  /context_length_exceeded|string_above_max_length|(?:prompt|input|request|message)s? (?:is|are) too (?:long|large)|maximum context length|context (?:length|window|limit)|exceeds? the (?:model's )?(?:maximum|max) (?:input|number of (?:input )?tokens)|`inputs` tokens \+ `max_new_tokens`|maximum model length|too many (?:input )?tokens/i;

const unknownModel = /model_not_found|model_not_available|unknown_model|invalid model|model .{0,80}does not exist/i;

/** Kinds by `error.type` or `error.code`, for errors that come without a status. */
const kindsByName: [RegExp, ProviderErrorKind][] = [
  [/rate_limit|too_many_requests/, "rate_limited"],
  [/overloaded|server_error|api_error|internal|unavailable|engine/, "server"],
  [/timeout/, "timeout"],
  [/authentication|permission|invalid_api_key/, "authentication"],
  [/not_found/, "not_found"],
  [/invalid_request/, "invalid_request"],
];

/** Decides what a vendor's error means for us: the one place where statuses, types, codes and wording are read. */
export function failureKind({ status, type, code, message }: VendorFailure): ProviderErrorKind {
  const names = `${type} ${code}`;
  const words = `${names} ${message}`;
  const numeric = /^[45]\d\d$/.test(code) ? Number(code) : null;
  const known = status ?? numeric;
  if (known === 402 || quota.test(words)) return "quota";
  if (known === null || (known >= 400 && known < 500 && known !== 429)) {
    if (contentFilter.test(words)) return "content_filter";
    if (contextLength.test(words)) return "context_length";
    if (unknownModel.test(words)) return "not_found";
  }
  if (known !== null) return kindOfStatus(known);
  return kindsByName.find(([pattern]) => pattern.test(names))?.[1] ?? "server";
}

function kindOfStatus(status: number): ProviderErrorKind {
  switch (status) {
    case 401:
    case 403:
      return "authentication";
    case 404:
      return "not_found";
    case 408: // The provider gave up waiting for our bytes.
      return "timeout";
    case 409: // OpenAI: a lock was not got in time.
    case 425: // Too early: the same as busy.
      return "server";
    case 429:
      return "rate_limited";
    default:
      return status >= 500 ? "server" : "invalid_request";
  }
}
