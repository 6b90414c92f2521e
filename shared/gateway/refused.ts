import type { AppError } from "@shared/errors/mod.ts";
import type { Body } from "./asked.ts";
import { badParameter } from "./client-error.ts";
import { given, record } from "./fields.ts";

/** Why something may not pass that a provider would take. */
export const reasons = {
  keptThere: "what a provider keeps for the deployment's key belongs to no single organization",
  otherPrice: "it has another price than the model's",
  beyondTokens: "what it costs is not known from its tokens",
  unknownSize: "how many tokens it has is not known before; send its content",
} as const;

/**
 * A parameter the provider knows, but that may not pass: it would cost what nobody has counted, or reach what is not the caller's.
 *
 * @param more What else the format's error carries.
 */
export function refused(param: string, why: string, more: Record<string, unknown> = {}): AppError {
  return badParameter(`Unsupported parameter: '${param}' is not supported by the gateway: ${why}`, {
    param,
    code: "unsupported_parameter",
    ...more,
  });
}

/**
 * OpenAI's options of its prompt cache.
 *
 * @throws {AppError} `invalid_request` for a longer life, and for another response to compare with.
 */
export function checkCacheOptions(body: Body): void {
  const { ttl, comparison_response_id: other } = record(body["prompt_cache_options"]);
  if (given(ttl) && ttl !== "30m") {
    throw refused("prompt_cache_options.ttl", "the price of a cache for longer than half an hour is not known");
  }
  if (given(other)) throw refused("prompt_cache_options.comparison_response_id", reasons.keptThere);
}

/** @throws {AppError} For the first of these parameters that is there with another value than the harmless ones. */
export function refuseAll(body: Body, refusals: Record<string, { why: string; but?: readonly unknown[] }>): void {
  for (const [param, { why, but = [] }] of Object.entries(refusals)) {
    const value = body[param];
    if (given(value) && !but.includes(value)) throw refused(param, why);
  }
}
