/** A count, in full up to 99,999 and shortened above; null is unknown. */
export function formatCount(count: number | null, locale: string): string {
  if (count === null) return "–";
  const long = Math.abs(count) >= 100_000;
  if (!long) return new Intl.NumberFormat(locale).format(count);
  // British English shortens a million to "m", which reads like a minute or a metre.
  const compact = locale.startsWith("en") ? "en-US" : locale;
  return new Intl.NumberFormat(compact, { notation: "compact", maximumFractionDigits: 1 }).format(count);
}

/** A share of 0 to 1 as percent; null is unknown, for example a share of nothing. */
export function formatShare(share: number | null, locale: string): string {
  if (share === null) return "–";
  const small = share !== 0 && Math.abs(share) < 0.1;
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: small ? 1 : 0 }).format(share);
}

/** A part of a whole as a share of 0 to 1; null when there is no whole. */
export function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** Units of longer durations with their seconds, the largest first. */
const UNITS = [["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]] as const;

/** Milliseconds for people: `640 ms`, `1.2 s`, `2 min 5 s`, `1 d 19 h`; null is unknown. */
export function formatDuration(milliseconds: number | null, locale: string): string {
  if (milliseconds === null) return "–";
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  if (milliseconds < 999.5) return `${number(milliseconds, 0)} ms`;
  if (milliseconds < 59_950) return `${number(milliseconds / 1000, milliseconds < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const largest = UNITS.findIndex(([, size]) => seconds >= size);
  let left = seconds;
  const parts = UNITS.slice(largest, largest + 2).map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? "" : `${number(count, 0)} ${unit}`;
  });
  return parts.filter((part) => part !== "").join(" ");
}

/** A plain number with at most so many decimals; null is unknown. */
export function formatNumber(value: number | null, locale: string, digits = 2): string {
  return value === null ? "–" : new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}
