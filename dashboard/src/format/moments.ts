/** A moment as people of a language write it, in a time zone. */
export function formatMoment(
  moment: string | null,
  { locale, timeZone, seconds = false }: { locale: string; timeZone: string; seconds?: boolean },
): string {
  if (moment === null) return "–";
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    ...(new Date(moment).getUTCFullYear() === new Date().getUTCFullYear() ? {} : { year: "numeric" }),
  }).format(new Date(moment));
}

const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, milliseconds: number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** How long ago (or until) a moment is: `3 hours ago`, `in 2 days`, `now`. */
export function formatAge(moment: string, now: Date, locale: string): string {
  const distance = Date.parse(moment) - now.getTime();
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, milliseconds] of UNITS) {
    if (Math.abs(distance) >= milliseconds) return words.format(Math.trunc(distance / milliseconds), unit);
  }
  return words.format(0, "second");
}
