import { add, type Decimal, formatDecimal, multiply, parseDecimal, round } from "./decimal.ts";
import { compareUsd } from "./usd.ts";
import type { Price, Usage } from "./usage.ts";

/** Decimals of a stored cost: a single token of the cheapest model (0.01 USD per million) is 0.00000001 USD. */
const costScale = 12;

/** Prices are per million tokens: dividing by it is a shift of six decimals, which loses nothing. */
const perMillionScale = 6;

/**
 * What a call cost in US dollars: a decimal string, exact to 12 decimals (halves away from zero, as Postgres rounds).
 *
 * Null when the provider did not say how many tokens it read or wrote: unknown is never free. When it says nothing about
 * its cache, all input counts at the input price. Cached tokens beyond the input (a provider's slip) never make the rest
 * negative.
 */
export function costUsd(price: Price, usage: Usage | null): string | null {
  if (usage === null || usage.inputTokens === null || usage.outputTokens === null) return null;
  const cacheRead = usage.cacheReadInputTokens ?? 0;
  const cacheWrite = usage.cacheWriteInputTokens ?? 0;
  const plain = Math.max(0, usage.inputTokens - cacheRead - cacheWrite);
  return perMillion([
    [plain, price.input_usd_per_mtok],
    [cacheRead, price.cache_read_usd_per_mtok ?? price.input_usd_per_mtok],
    [cacheWrite, price.cache_write_usd_per_mtok ?? price.input_usd_per_mtok],
    [usage.outputTokens, price.output_usd_per_mtok],
  ]);
}

/**
 * The most that a call with these bounds can cost, US dollars as a decimal string. Input counts at the dearer of the input
 * and the cache-write price: which of the two it will be, only the provider knows.
 */
export function boundUsd(price: Price, bounds: { inputTokens: number; outputTokens: number }): string {
  const plain = perMillion([[bounds.inputTokens, price.input_usd_per_mtok], [
    bounds.outputTokens,
    price.output_usd_per_mtok,
  ]]);
  const written = costUsd(price, {
    ...bounds,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: bounds.inputTokens,
  }) ?? plain;
  return compareUsd(written, plain) > 0 ? written : plain;
}

function perMillion(lines: [tokens: number, usdPerMillion: string][]): string {
  let sum: Decimal = { units: 0n, scale: 0 };
  for (const [tokens, usdPerMillion] of lines) {
    sum = add(sum, multiply({ units: BigInt(tokens), scale: perMillionScale }, parseDecimal(usdPerMillion)));
  }
  return formatDecimal(round(sum, costScale));
}
