import { add, align, formatDecimal, multiply, parseDecimal } from "./decimal.ts";

/**
 * The exact sum of decimal amounts; `"0"` of none.
 *
 * @throws {RangeError} If an amount is not a decimal number.
 */
export function addUsd(...amounts: string[]): string {
  return formatDecimal(amounts.map(parseDecimal).reduce(add, { units: 0n, scale: 0 }));
}

/** `a - b`, exactly; may be negative. */
export function subtractUsd(a: string, b: string): string {
  const { units, scale } = parseDecimal(b);
  return formatDecimal(add(parseDecimal(a), { units: -units, scale }));
}

/** Orders two decimal amounts by value, not by text: -1, 0 or 1 (`"0.10"` equals `"0.1"`). */
export function compareUsd(a: string, b: string): -1 | 0 | 1 {
  const aligned = align(parseDecimal(a), parseDecimal(b));
  return aligned.a < aligned.b ? -1 : aligned.a > aligned.b ? 1 : 0;
}

/**
 * An amount of US dollars in another currency, unrounded.
 *
 * @param perUsd Units of the currency for one US dollar, as `ai_exchange_rates.rate` stores it.
 */
export function convert(usd: string, perUsd: string): string {
  return formatDecimal(multiply(parseDecimal(usd), parseDecimal(perUsd)));
}
