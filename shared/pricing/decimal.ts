/** A decimal number without rounding: `units` × 10^-`scale`. */
export interface Decimal {
  units: bigint;
  scale: number;
}

const pattern = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Reads a decimal as Postgres `numeric` or JSON writes it (`0.15`, `-3`, `1e-7`), exactly.
 *
 * @throws {RangeError} If the text is not a finite decimal number.
 */
export function parseDecimal(text: string): Decimal {
  const match = pattern.exec(text.trim());
  if (match === null) throw new RangeError(`Cannot read a decimal number: got '${text}'`);
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const units = BigInt(`${sign}${whole}${fraction}`);
  const scale = fraction.length - Number(exponent);
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale };
}

/** Writes a decimal without trailing zeros and never in exponent form: `0.00016`, `-2`, `0`. */
export function formatDecimal({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, "");
  const text = fraction === "" ? whole : `${whole}.${fraction}`;
  return units < 0n ? `-${text}` : text;
}

/** Brings two decimals to one scale, so that their units can be added or compared. */
export function align(a: Decimal, b: Decimal): { a: bigint; b: bigint; scale: number } {
  const scale = Math.max(a.scale, b.scale);
  return {
    a: a.units * 10n ** BigInt(scale - a.scale),
    b: b.units * 10n ** BigInt(scale - b.scale),
    scale,
  };
}

/** Adds exactly. */
export function add(a: Decimal, b: Decimal): Decimal {
  const aligned = align(a, b);
  return { units: aligned.a + aligned.b, scale: aligned.scale };
}

/** Multiplies exactly. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

/** Rounds to `scale` decimals, halves away from zero: what Postgres `round(numeric, int)` does. */
export function round(value: Decimal, scale: number): Decimal {
  if (value.scale <= scale) return value;
  const divisor = 10n ** BigInt(value.scale - scale);
  const magnitude = value.units < 0n ? -value.units : value.units;
  const rounded = (magnitude * 2n + divisor) / (divisor * 2n);
  return { units: value.units < 0n ? -rounded : rounded, scale };
}
