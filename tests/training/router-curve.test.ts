import assert from "node:assert/strict";
import { type RoutedRow, routerMetrics } from "./router-curve.ts";

const row = (score: number, weak: number, strong: number): RoutedRow => ({ score, weak, strong });

Deno.test("routerMetrics() of equal scores is the random router", () => {
  const rows = [row(1, 0, 1), row(1, 1, 1), row(1, 0, 0), row(1, 0, 1)];
  assert.deepEqual(routerMetrics(rows), { apgr: 0.5, cpt50: 50, cpt80: 80 });
});

Deno.test("routerMetrics() counts what each call recovers, losses too", () => {
  // The curve is 0, 1/2, 1, 1/2, 1 of the gap.
  const rows = [row(4, 0, 1), row(3, 0, 1), row(2, 1, 0), row(1, 0, 1)];
  const { apgr, cpt50, cpt80 } = routerMetrics(rows);
  assert.equal(apgr, (0.25 + 0.75 + 0.75 + 0.75) / 4);
  assert.equal(cpt50, 25);
  assert.ok(cpt80 !== null && Math.abs(cpt80 - 40) < 1e-9);
});

Deno.test("routerMetrics() does not depend on the order of rows", () => {
  const rows = [row(1, 0, 1), row(2, 0, 0), row(1, 1, 0), row(2, 0, 1), row(3, 0, 1)];
  assert.deepEqual(routerMetrics(rows), routerMetrics(rows.toReversed()));
});
