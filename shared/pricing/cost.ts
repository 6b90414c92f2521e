import { add, type Decimal, formatDecimal, multiply, parseDecimal, round } from "./decimal.ts";
import { compareUsd } from "./usd.ts";
import type { Price, Usage } from "./usage.ts";

/** Decimals of a stored cost: a single token of the cheapest model (0.01 USD per million) is 0.00000001 USD. */
const costScale = 12;

/** Prices are per million tokens: dividing by it is a shift of six decimals, which loses nothing. */
const perMillionScale = 6;

/** A minute of audio, in the milliseconds that usage counts. */
const minuteMs = 60_000n;

/**
 * What a call cost in US dollars: a decimal string, exact to 12 decimals (halves away from zero, as Postgres rounds).
 *
 * Null when the provider did not say how many tokens it read or wrote, or, where it sells minutes of audio, how long the audio
 * was: unknown is never free. When it says nothing about its cache, all input counts at the input price. Cached tokens beyond
 * the input (a provider's slip) never make the rest negative. What is shorter than the price is for has that of its context tier. The database computes the same (`private.call_cost`).
 */
export function costUsd(price: Price, usage: Usage | null): string | null {
  if (usage === null) return null;
  const own = priceAt(price, usage.inputTokens);
  const tokens = tokensUsd(own, usage);
  const audio = audioUsd(own, usage);
  if (tokens === null || audio === null) return null;
  const images = multiply({ units: BigInt(usage.images ?? 0), scale: 0 }, parseDecimal(own.image_usd ?? "0"));
  return formatDecimal(add(add(tokens, audio), images));
}

/**
 * The most that a call with these bounds can cost, US dollars as a decimal string. Input counts at the dearer of the input
 * and the cache-write price: which of the two it will be, only the provider knows. Audio counts at the length given.
 */
export function boundUsd(
  price: Price,
  bounds: { inputTokens: number; outputTokens: number; images?: number; audioMs?: number },
): string {
  const uncached = { cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
  const plain = costUsd(price, { ...bounds, ...uncached });
  const written = costUsd(price, { ...bounds, ...uncached, cacheWriteInputTokens: bounds.inputTokens });
  if (plain === null || written === null) {
    throw new RangeError(
      "Cannot bound the cost of a call: it is sold by the minute and the audio's length is not given",
    );
  }
  return compareUsd(written, plain) > 0 ? written : plain;
}

/** The price of the context tier an input falls in. An input of unknown length may be of the longest. */
function priceAt(price: Price, inputTokens: number | null): Price {
  const { from_input_tokens = 0, shorter = [] } = price;
  if (inputTokens === null || inputTokens >= from_input_tokens) return price;
  return shorter.find(({ from_input_tokens = 0 }) => inputTokens >= from_input_tokens) ?? price;
}

/** Null where tokens are sold and their number is unknown. */
function tokensUsd(price: Price, usage: Usage): Decimal | null {
  const input = price.input_usd_per_mtok;
  if (input === null) return { units: 0n, scale: 0 };
  if (usage.inputTokens === null || usage.outputTokens === null) return null;
  const cacheRead = usage.cacheReadInputTokens ?? 0;
  const cacheWrite = usage.cacheWriteInputTokens ?? 0;
  const plain = Math.max(0, usage.inputTokens - cacheRead - cacheWrite);
  return perMillion([
    [plain, input],
    [cacheRead, price.cache_read_usd_per_mtok ?? input],
    [cacheWrite, price.cache_write_usd_per_mtok ?? input],
    [usage.outputTokens, price.output_usd_per_mtok],
  ]);
}

/** Null where minutes are sold and their number is unknown. A model that sells tokens too may simply have heard nothing. */
function audioUsd({ audio_minute_usd, input_usd_per_mtok }: Price, { audioMs }: Usage): Decimal | null {
  const nothing = { units: 0n, scale: 0 };
  if (audio_minute_usd === undefined || audio_minute_usd === null) return input_usd_per_mtok === null ? null : nothing;
  if (audioMs === null || (audioMs === undefined && input_usd_per_mtok === null)) return null;
  // Divided last, in units so small that the rounding is the only one.
  const { units, scale } = multiply({ units: BigInt(audioMs ?? 0), scale: 0 }, parseDecimal(audio_minute_usd));
  const picos = scale > costScale ? null : units * 10n ** BigInt(costScale - scale);
  if (picos === null) {
    throw new RangeError(`Cannot price the audio: ${audio_minute_usd} has more than ${costScale} decimals`);
  }
  return { units: (picos * 2n + minuteMs) / (minuteMs * 2n), scale: costScale };
}

function perMillion(lines: [tokens: number, usdPerMillion: string][]): Decimal {
  let sum: Decimal = { units: 0n, scale: 0 };
  for (const [tokens, usdPerMillion] of lines) {
    sum = add(sum, multiply({ units: BigInt(tokens), scale: perMillionScale }, parseDecimal(usdPerMillion)));
  }
  return round(sum, costScale);
}
