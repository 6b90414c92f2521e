/**
 * An amount for people. Below one unit it keeps three significant digits, because an AI call costs fractions of a cent; null
 * is unknown and never looks like zero.
 */
export function formatMoney(amount: number | null, currency: string, locale: string): string {
  if (amount === null) return "–";
  const small = amount !== 0 && Math.abs(amount) < 1;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    ...(small ? { minimumFractionDigits: 2, maximumFractionDigits: digitsBelowOne(amount) } : {}),
    ...(Math.abs(amount) >= 100_000 ? { maximumFractionDigits: 0 } : {}),
  }).format(amount);
}

/** Fraction digits that keep three significant ones, at most eight. */
function digitsBelowOne(amount: number): number {
  return Math.min(8, Math.max(2, 2 - Math.floor(Math.log10(Math.abs(amount)))));
}
