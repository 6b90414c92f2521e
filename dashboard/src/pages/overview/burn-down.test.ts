import assert from "node:assert/strict";
import type { BudgetForecast } from "../../api/budgets.ts";
import { burnDown } from "./burn-down.ts";

const budget: BudgetForecast = {
  budgetId: "b",
  scope: "organization",
  scopeKey: null,
  period: "month",
  periodStart: "2026-11-01",
  periodEnd: "2026-12-01",
  cap: 100,
  used: 25,
  linear: 30,
  trend: null,
  exhaustedOn: null,
  trendDays: 0,
};
const spent = (day: string, cost: number) => ({
  day,
  key: "all",
  requests: 1,
  failed: 0,
  fellBack: 0,
  unpriced: 0,
  tokens: 1,
  cost,
});

Deno.test("burnDown goes down by what each day cost and stands today where the budget stands", () => {
  const { days, left, forecast } = burnDown(
    budget,
    100,
    [spent("2026-11-02", 5), spent("2026-11-03", 19)],
    "2026-11-03",
  );
  assert.equal(days.length, 30);
  assert.deepEqual(left.slice(0, 4), [100, 95, 75, null]);
  assert.deepEqual([forecast[1], forecast[2], forecast[29]], [null, 75, 70]);
});

Deno.test("burnDown draws no forecast without one", () => {
  const { forecast } = burnDown({ ...budget, linear: null }, 100, [], "2026-11-03");
  assert.ok(forecast.every((value) => value === null));
});
