import assert from "node:assert/strict";
import { fitLogistic, linearSum } from "./fit-logistic.ts";
import { minimize } from "./minimize.ts";

Deno.test("minimize() finds the lowest point of a long narrow valley", () => {
  const found = minimize(([x = 0, y = 0]) => ({
    value: (x - 3) ** 2 + 1_000 * (y + 2) ** 2,
    gradient: Float64Array.of(2 * (x - 3), 2_000 * (y + 2)),
  }), { start: new Float64Array(2) });
  assert.deepEqual([...found].map((part) => Number(part.toFixed(4))), [3, -2]);
});

Deno.test("fitLogistic() without pull finds the log-odds of each group", () => {
  // A column scaled by 1,000 is hardly shrunk.
  const groups = [{ on: 0, right: 20 }, { on: 1, right: 80 }];
  const rows = groups.flatMap(({ on }) => Array.from({ length: 100 }, () => ({ columns: [0], values: [on * 1_000] })));
  const targets = groups.flatMap(({ right }) => Array.from({ length: 100 }, (_, i) => i < right ? 1 : 0));
  const { weights, bias } = fitLogistic(rows, { targets, importance: rows.map(() => 1), columns: 1 });
  assert.ok(Math.abs(bias - Math.log(0.2 / 0.8)) < 1e-3);
  assert.ok(Math.abs(linearSum({ columns: [0], values: [1_000] }, weights) + bias - Math.log(0.8 / 0.2)) < 1e-3);
});

Deno.test("fitLogistic() shrinks what has little evidence", () => {
  const rows = [{ columns: [0], values: [1] }, { columns: [], values: [] }];
  const { weights } = fitLogistic(rows, { targets: [1, 0], importance: [1, 1], columns: 1 });
  assert.ok((weights[0] ?? 0) > 0 && (weights[0] ?? 0) < 1);
});
