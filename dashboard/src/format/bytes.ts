const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A size in bytes for people: `640 byte`, `1.2 MB`; of a thousand each. */
export function formatBytes(bytes: number, locale: string): string {
  const place = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const unit = UNITS[place] ?? "byte";
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 })
    .format(bytes / 1000 ** place);
}
