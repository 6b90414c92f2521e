import type { PlanLimits } from "@shared/budget/mod.ts";

/** Headers by which OpenAI and its imitators tell their limits. */
export const openAiRateLimitHeaders = ["requests", "tokens"].flatMap((what) =>
  ["limit", "remaining", "reset"].map((which) => `x-ratelimit-${which}-${what}`)
);

/** The one of them that tells how many are left. */
export const openAiRemainingHeader = (what: "requests" | "tokens") => `x-ratelimit-remaining-${what}`;

/** Limits of ours, as OpenAI tells its own. */
export function openAiLimitHeaders(limits: PlanLimits): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const what of ["requests", "tokens"] as const) {
    const one = limits[what];
    if (one === undefined) continue;
    headers[`x-ratelimit-limit-${what}`] = String(one.limit);
    headers[`x-ratelimit-remaining-${what}`] = String(one.left);
    headers[`x-ratelimit-reset-${what}`] = `${Math.ceil(limits.reset_ms / 1000)}s`;
  }
  return headers;
}
