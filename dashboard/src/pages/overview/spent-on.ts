import type { DayPart } from "../../api/usage.ts";
import type { Day } from "../../format/days.ts";

/** What days from one to another cost together; null when of a day that had requests it is not known. */
export function spentOn(days: readonly DayPart[], from: Day, to: Day): { cost: number | null; unpriced: number } {
  const within = days.filter(({ day }) => day >= from && day <= to);
  return {
    cost: within.some(({ cost }) => cost === null) ? null : within.reduce((sum, { cost }) => sum + (cost ?? 0), 0),
    unpriced: within.reduce((sum, { unpriced }) => sum + unpriced, 0),
  };
}
