import type { ChatAnswer } from "./provider.ts";

/** What a provider's rate limits have left. */
export type Headroom = ChatAnswer["headroom"];

const requestHeaders = [
  "x-ratelimit-remaining-requests",
  "anthropic-ratelimit-requests-remaining",
  "x-ratelimit-remaining",
];
const tokenHeaders = [
  "x-ratelimit-remaining-tokens",
  "anthropic-ratelimit-tokens-remaining",
  "anthropic-ratelimit-input-tokens-remaining",
  "x-tokenlimit-remaining",
];

/** Reads the rate-limit headers of OpenAI, Anthropic and Together; null for what they do not say. */
export function headroom(headers: Headers): Headroom {
  return { requests: firstCount(headers, requestHeaders), tokens: firstCount(headers, tokenHeaders) };
}

/** What the log can hold: whoever has more left has no limit. */
const MOST = 2_147_483_647;

function firstCount(headers: Headers, names: string[]): number | null {
  for (const name of names) {
    const text = headers.get(name);
    if (text !== null && /^\d+$/.test(text)) return Math.min(MOST, Number(text));
  }
  return null;
}
