import assert from "node:assert/strict";
import { logBucket, quantileOfLogHistogram } from "./log-histogram.ts";

Deno.test("logBucket() holds values above the power below, up to its own", () => {
  assert.deepEqual([0, 1, 1.05, 1.1, 1.100001, 1.21, 250].map((value) => logBucket(value)), [0, 0, 1, 1, 2, 2, 58]);
  assert.deepEqual([8, 8.1].map((value) => logBucket(value, 2)), [3, 4]);
});

Deno.test("quantileOfLogHistogram() is within a bucket of the exact quantile", () => {
  const values = Array.from({ length: 5_000 }, (_, i) => 20 * 1.0015 ** i);
  const counts = new Map<number, number>();
  for (const value of values) counts.set(logBucket(value), (counts.get(logBucket(value)) ?? 0) + 1);
  const buckets = [...counts].map(([bucket, count]) => ({ bucket, count })).reverse();
  for (const quantile of [0.01, 0.25, 0.5, 0.95, 0.99]) {
    const exact = values[Math.ceil(quantile * values.length) - 1] ?? NaN;
    const estimated = quantileOfLogHistogram(buckets, quantile) ?? NaN;
    assert.ok(Math.abs(Math.log(estimated / exact)) < Math.log(1.1), `${quantile}: ${estimated} for ${exact}`);
  }
});

Deno.test("quantileOfLogHistogram() adds up buckets given twice, and is null for none", () => {
  const once = quantileOfLogHistogram([{ bucket: 10, count: 4 }, { bucket: 20, count: 2 }], 0.5);
  assert.equal(
    quantileOfLogHistogram([{ bucket: 10, count: 4 }, { bucket: 20, count: 1 }, { bucket: 20, count: 1 }], 0.5),
    once,
  );
  assert.equal(quantileOfLogHistogram([], 0.5), null);
  assert.equal(quantileOfLogHistogram([{ bucket: 3, count: 0 }], 0.5), null);
});
