import type { DayPart } from "../api/usage.ts";
import type { Day } from "../format/days.ts";

/** A part of a split with a value for each day. */
export interface PartSeries {
  /** Null: everything but the parts that are shown apart. */
  key: string | null;
  values: (number | null)[];
  sum: number;
}

/** Turns days of parts into one series a part, largest first and the others last. A day without an entry is null. */
export function partSeries(
  parts: readonly DayPart[],
  days: readonly Day[],
  measure: (part: DayPart) => number | null,
): PartSeries[] {
  const places = new Map(days.map((day, place) => [day, place]));
  const series = new Map<string | null, PartSeries>();
  for (const part of parts) {
    const place = places.get(part.day);
    if (place === undefined) continue;
    const one = series.get(part.key) ?? { key: part.key, values: days.map(() => null), sum: 0 };
    series.set(part.key, one);
    one.values[place] = measure(part);
    one.sum += measure(part) ?? 0;
  }
  return [...series.values()].sort((one, other) =>
    Number(one.key === null) - Number(other.key === null) || other.sum - one.sum
  );
}
