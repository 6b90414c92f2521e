/** A calendar day as `2026-11-21`. */
export type Day = string;

/** The day it is at a moment in a time zone. */
export function dayAt(moment: Date, timeZone: string): Day {
  // Sweden writes dates as ISO does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" })
    .format(moment);
}

/** The moment a day begins in a time zone. */
export function startOfDay(day: Day, timeZone: string): Date {
  const wall = Date.parse(`${day}T00:00:00Z`);
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  // What the clocks there show at a moment, read as if it were UTC, is ahead of it by the zone's offset. Twice, because
  // the offset may change between the first guess and the answer.
  const ahead = (moment: number) => Date.parse(`${clock.format(moment).replace(" ", "T")}Z`) - moment;
  const guess = wall - ahead(wall);
  return new Date(wall - ahead(guess));
}

/** A day so many days later (or earlier). */
export function addDays(day: Day, count: number): Day {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + count);
  return moment.toISOString().slice(0, 10);
}

/** Days from one to another, both included; 0 when the second is before the first. */
export function countDays(from: Day, to: Day): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1);
}

/** Every day from one to another, both included. */
export function daysBetween(from: Day, to: Day): Day[] {
  return Array.from({ length: countDays(from, to) }, (_, place) => addDays(from, place));
}

/** Whether a text is a day that exists. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) &&
    new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}

/** A day as people of a language write it. */
export function formatDay(day: Day, locale: string, style: "short" | "long" = "short"): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    ...(style === "long" ? { year: "numeric" } : {}),
  }).format(new Date(`${day}T00:00:00Z`));
}
