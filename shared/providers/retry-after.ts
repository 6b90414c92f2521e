/** A wait is believed up to a day: a provider that names a far date (or a nonsense) is asked again, not left out for good. */
const LONGEST_MS = 86_400_000;

/**
 * How long the provider asks to wait, in milliseconds from `now`; null when it does not say. `retry-after-ms` is exact and
 * wins over `retry-after` (seconds or an HTTP date). A 429 without either is answered from the reset headers of the limit that is used up,
 * or, when none says so, of the one that resets first.
 *
 * @param now Milliseconds since 1970, to measure dates from.
 */
export function retryAfterMs(headers: Headers, { status, now }: { status: number | null; now: number }): number | null {
  return wholeMs(number(headers.get("retry-after-ms"))) ??
    secondsOrDate(headers.get("retry-after"), now) ??
    (status === 429 ? resetMs(headers, now) : null);
}

function number(text: string | null): number | null {
  return text !== null && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}

/** Rounded up: asking a millisecond early is asking in vain. */
function wholeMs(ms: number | null): number | null {
  return ms === null ? null : Math.min(LONGEST_MS, Math.max(0, Math.ceil(ms)));
}

function secondsOrDate(text: string | null, now: number): number | null {
  if (text === null) return null;
  const seconds = number(text);
  if (seconds !== null) return wholeMs(seconds * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : wholeMs(date - now);
}

/** Pairs of "what is left" and "when it is whole again", as OpenAI, Anthropic and Together name them. */
const limits: { remaining: string; reset: string }[] = [
  ...["requests", "tokens"].map((what) => ({
    remaining: `x-ratelimit-remaining-${what}`,
    reset: `x-ratelimit-reset-${what}`,
  })),
  ...["requests", "tokens", "input-tokens", "output-tokens"].map((what) => ({
    remaining: `anthropic-ratelimit-${what}-remaining`,
    reset: `anthropic-ratelimit-${what}-reset`,
  })),
  { remaining: "x-ratelimit-remaining", reset: "x-ratelimit-reset" },
  { remaining: "x-tokenlimit-remaining", reset: "x-tokenlimit-reset" },
];

function resetMs(headers: Headers, now: number): number | null {
  const exhausted: number[] = [];
  const all: number[] = [];
  for (const { remaining, reset } of limits) {
    const ms = resetValueMs(headers.get(reset), now);
    if (ms === null) continue;
    all.push(ms);
    if (number(headers.get(remaining)) === 0) exhausted.push(ms);
  }
  if (exhausted.length > 0) return Math.max(...exhausted);
  return all.length > 0 ? Math.min(...all) : null;
}

/** `1s`, `6m0s`, `120ms` (OpenAI), a time (Anthropic), seconds or seconds since 1970 (others). */
function resetValueMs(text: string | null, now: number): number | null {
  if (text === null) return null;
  const plain = number(text);
  if (plain !== null) return wholeMs(plain > 1e9 ? plain * 1000 - now : plain * 1000);
  const duration = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(text.trim());
  if (duration !== null) {
    const [, hours = 0, minutes = 0, seconds = 0, ms = 0] = duration;
    return wholeMs(Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(ms));
  }
  return secondsOrDate(text, now);
}
