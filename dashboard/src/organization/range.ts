import { addDays, countDays, type Day, isDay } from "../format/days.ts";

/** Ranges that can be chosen by name. */
export const RANGES = ["today", "7d", "30d", "90d", "month", "custom"] as const;

export type RangeName = typeof RANGES[number];

/** Days that a page is about, both ends included. */
export interface Range {
  name: RangeName;
  from: Day;
  to: Day;
}

/** The longest range that is asked for, in days. */
const LONGEST = 400;

/** The range that an address names; without one, or with one that makes no sense, the last 30 days. */
export function readRange(search: URLSearchParams, today: Day): Range {
  const name = RANGES.find((each) => each === search.get("range")) ?? "30d";
  if (name === "custom") {
    const [from, to] = [search.get("from") ?? "", search.get("to") ?? ""];
    const length = isDay(from) && isDay(to) ? countDays(from, to) : 0;
    return length > 0 && length <= LONGEST ? { name, from, to } : lastDays("30d", 30, today);
  }
  if (name === "today") return lastDays(name, 1, today);
  if (name === "month") return { name, from: `${today.slice(0, 8)}01`, to: today };
  return lastDays(name, Number.parseInt(name), today);
}

function lastDays(name: RangeName, count: number, today: Day): Range {
  return { name, from: addDays(today, 1 - count), to: today };
}

/** As many days right before a range, to compare it with. A month that has begun is compared with as many days of the last one. */
export function rangeBefore({ name, from, to }: Range): Range {
  if (name === "month") {
    const first = `${addDays(from, -1).slice(0, 8)}01`;
    const last = addDays(from, -1);
    const end = addDays(first, countDays(from, to) - 1);
    return { name: "custom", from: first, to: end > last ? last : end };
  }
  return { name: "custom", from: addDays(from, -countDays(from, to)), to: addDays(from, -1) };
}
