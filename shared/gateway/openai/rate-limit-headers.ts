/** Headers by which OpenAI and its imitators tell their limits. */
export const openAiRateLimitHeaders = ["requests", "tokens"].flatMap((what) =>
  ["limit", "remaining", "reset"].map((which) => `x-ratelimit-${which}-${what}`)
);

/** The one of them that tells how many are left. */
export const openAiRemainingHeader = (what: "requests" | "tokens") => `x-ratelimit-remaining-${what}`;
