/** Digits after which two doubles that mean the same decimal agree. */
const EXACT_DIGITS = 12;

/**
 * A non-negative number rounded half up on its DECIMAL value: 0.865 becomes 0.87 at 2 digits, as `numeric(3,2)` has it,
 * although the nearest double lies below it and `toFixed(2)` says 0.86.
 */
export function roundHalfUp(value: number, digits: number): number {
  const [whole = "0", fraction = ""] = value.toFixed(EXACT_DIGITS).split(".");
  const scaled = BigInt(whole + fraction.slice(0, digits));
  const up = Number(fraction.charAt(digits)) >= 5 ? 1n : 0n;
  return Number(scaled + up) / 10 ** digits;
}
