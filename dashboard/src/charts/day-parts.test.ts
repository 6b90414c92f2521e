import assert from "node:assert/strict";
import { partSeries } from "./day-parts.ts";

const part = (day: string, key: string | null, cost: number | null) => ({
  day,
  key,
  requests: 1,
  failed: null,
  fellBack: null,
  unpriced: 0,
  tokens: 0,
  cost,
});

Deno.test("partSeries makes one series a part, largest first, the others last", () => {
  const parts = [
    part("2026-11-01", "a", 1),
    part("2026-11-02", "b", 5),
    part("2026-11-02", null, 9),
    part("2026-12-01", "a", 99),
  ];
  assert.deepEqual(partSeries(parts, ["2026-11-01", "2026-11-02"], ({ cost }) => cost), [
    { key: "b", values: [null, 5], sum: 5 },
    { key: "a", values: [1, null], sum: 1 },
    { key: null, values: [null, 9], sum: 9 },
  ]);
});
