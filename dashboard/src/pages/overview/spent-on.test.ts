import assert from "node:assert/strict";
import type { DayPart } from "../../api/usage.ts";
import { spentOn } from "./spent-on.ts";

const part = (day: string, cost: number | null, unpriced = 0): DayPart => ({
  day,
  key: "all",
  requests: 1,
  failed: 0,
  fellBack: 0,
  tokens: 0,
  cost,
  unpriced,
});

Deno.test("spentOn adds the days of a range, both ends included", () => {
  const days = [part("2026-11-01", 1), part("2026-11-02", 2, 3), part("2026-11-03", 4), part("2026-11-04", 8)];
  assert.deepEqual(spentOn(days, "2026-11-02", "2026-11-03"), { cost: 6, unpriced: 3 });
  assert.deepEqual(spentOn(days, "2026-11-05", "2026-11-06"), { cost: 0, unpriced: 0 });
});

Deno.test("spentOn says nothing where a day's cost is not known", () => {
  assert.deepEqual(spentOn([part("2026-11-01", 1), part("2026-11-02", null)], "2026-11-01", "2026-11-02").cost, null);
});
