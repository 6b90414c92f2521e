import type { PlanLimits } from "@shared/budget/mod.ts";

/** Headers by which Anthropic tells its limits. */
export const anthropicRateLimitHeaders = ["requests", "tokens", "input-tokens", "output-tokens"].flatMap((what) =>
  ["limit", "remaining", "reset"].map((which) => `anthropic-ratelimit-${what}-${which}`)
);

/** The one of them that tells how many are left. */
export const anthropicRemainingHeader = (what: "requests" | "tokens") => `anthropic-ratelimit-${what}-remaining`;

/** Limits of ours, as Anthropic tells its own. @param now Epoch milliseconds. */
export function anthropicLimitHeaders(limits: PlanLimits, now: number): Record<string, string> {
  const headers: Record<string, string> = {};
  const reset = `${new Date(Math.ceil((now + limits.reset_ms) / 1000) * 1000).toISOString().slice(0, 19)}Z`;
  for (const what of ["requests", "tokens"] as const) {
    const one = limits[what];
    if (one === undefined) continue;
    headers[`anthropic-ratelimit-${what}-limit`] = String(one.limit);
    headers[`anthropic-ratelimit-${what}-remaining`] = String(one.left);
    headers[`anthropic-ratelimit-${what}-reset`] = reset;
  }
  return headers;
}
