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

/** Milliseconds for people: `640 ms`, `1.2 s`, `2 min 5 s`; null is unknown. */
export function formatDuration(milliseconds: number | null, locale: string): string {
  if (milliseconds === null) return "–";
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  if (milliseconds < 1000) return `${number(milliseconds, 0)} ms`;
  if (milliseconds < 60_000) return `${number(milliseconds / 1000, milliseconds < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = Math.round((milliseconds - minutes * 60_000) / 1000);
  return seconds === 0 ? `${number(minutes, 0)} min` : `${number(minutes, 0)} min ${seconds} s`;
}

/** A plain number with at most so many decimals; null is unknown. */
export function formatNumber(value: number | null, locale: string, digits = 2): string {
  return value === null ? "–" : new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}
