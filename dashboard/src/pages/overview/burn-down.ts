import type { BudgetForecast } from "../../api/budgets.ts";
import type { DayPart } from "../../api/usage.ts";
import { addDays, countDays, type Day, daysBetween } from "../../format/days.ts";

/** What is left of a month's budget at the end of each of its days. */
export interface BurnDown {
  days: Day[];
  /** Up to today; null after it. */
  left: (number | null)[];
  /** A straight line from today to what the forecast leaves; null before today, and everywhere without a forecast. */
  forecast: (number | null)[];
}

/**
 * The way of a budget through its month. Spending by day comes from the log at each day's rate; the last day is put where the
 * budget itself stands, which also counts what is held.
 */
export function burnDown(budget: BudgetForecast, cap: number, spending: readonly DayPart[], today: Day): BurnDown {
  const days = daysBetween(budget.periodStart, addDays(budget.periodEnd, -1));
  const spent = new Map(spending.map(({ day, cost }) => [day, cost ?? 0]));
  let sum = 0;
  const left = days.map((day) => {
    if (day > today) return null;
    sum += spent.get(day) ?? 0;
    return day === today ? cap - budget.used : cap - sum;
  });
  const end = budget.trend ?? budget.linear;
  const ahead = Math.max(1, countDays(today, days.at(-1) ?? today) - 1);
  const forecast = days.map((day) => {
    if (end === null || day < today) return null;
    const gone = countDays(today, day) - 1;
    return Math.max(0, cap - (budget.used + ((end - budget.used) * gone) / ahead));
  });
  return { days, left, forecast };
}
