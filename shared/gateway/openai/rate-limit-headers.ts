/** Headers by which OpenAI and its imitators tell their limits. */
export const openAiRateLimitHeaders = ["requests", "tokens"].flatMap((what) =>
  ["limit", "remaining", "reset"].map((which) => `x-ratelimit-${which}-${what}`)
);
