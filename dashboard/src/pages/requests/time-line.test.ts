import assert from "node:assert/strict";
import type { CallRow } from "../../api/requests.ts";
import { timeLine } from "./time-line.ts";

const call = (created_at: string, latency_ms: number | null, time_to_first_token_ms: number | null = null) =>
  ({ created_at, latency_ms, time_to_first_token_ms }) as CallRow;

Deno.test("timeLine lays calls between a request's beginning and its end", () => {
  const { spans, totalMs } = timeLine("2026-11-21T05:00:00.000Z", 200, [
    call("2026-11-21T05:00:00.020Z", 80),
    call("2026-11-21T05:00:00.100Z", 100, 50),
  ]);
  assert.equal(totalMs, 200);
  assert.deepEqual(spans.map(({ start, length, firstToken }) => [start, length, firstToken]), [[0.1, 0.4, null], [
    0.5,
    0.5,
    0.75,
  ]]);
});

Deno.test("timeLine makes room for a call that outlived its request and for clocks that disagree", () => {
  const { spans, totalMs } = timeLine("2026-11-21T05:00:00.100Z", null, [
    call("2026-11-21T05:00:00.090Z", 300),
    call("2026-11-21T05:00:00.100Z", null),
  ]);
  assert.equal(totalMs, 300);
  assert.deepEqual(spans.map(({ start, length }) => [start, length]), [[0, 1], [0, 0]]);
});
