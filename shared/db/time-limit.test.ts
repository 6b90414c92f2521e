import assert from "node:assert/strict";
import { TimeLimitExceeded, withinTime } from "./time-limit.ts";

/** A timer that rings when the test says so. */
function manualTimer() {
  const state = { delayMs: 0, stopped: 0, ring: () => {} };
  const after = (delayMs: number, ring: () => void) => {
    Object.assign(state, { delayMs, ring });
    return () => state.stopped += 1;
  };
  return { state, after };
}

const never = () => new Promise<never>(() => {});

Deno.test("withinTime gives back what the work gives, and stops its timer", async () => {
  const { state, after } = manualTimer();
  assert.equal(await withinTime({ timeoutMs: 50, signal: undefined, after }, () => Promise.resolve(7)), 7);
  assert.deepEqual([state.delayMs, state.stopped], [50, 1]);
});

Deno.test("withinTime leaves work behind that does not listen", async () => {
  const { state, after } = manualTimer();
  let inner: AbortSignal | undefined;
  const result = withinTime({ timeoutMs: 50, signal: undefined, after }, (signal) => {
    inner = signal;
    return never();
  });
  state.ring();
  await assert.rejects(result, (error) => error instanceof TimeLimitExceeded && error.limitMs === 50);
  assert.equal(inner?.aborted, true);
  assert.equal(state.stopped, 1);
});

Deno.test("withinTime throws the caller's own reason when the caller gives up", async () => {
  const { state, after } = manualTimer();
  const caller = new AbortController();
  const result = withinTime({ timeoutMs: 50, signal: caller.signal, after }, never);
  caller.abort(new Error("client left"));
  await assert.rejects(result, { message: "client left" });
  assert.equal(state.stopped, 1);
});

Deno.test("withinTime starts nothing for a caller that has given up already", async () => {
  const { after } = manualTimer();
  const signal = AbortSignal.abort(new Error("client left"));
  const work = () => assert.fail("started");
  await assert.rejects(withinTime({ timeoutMs: 50, signal, after }, work), { message: "client left" });
});

Deno.test("withinTime passes the work's own failure on", async () => {
  const { state, after } = manualTimer();
  const failing = () => Promise.reject(new TypeError("broken"));
  await assert.rejects(withinTime({ timeoutMs: 50, signal: undefined, after }, failing), TypeError);
  assert.equal(state.stopped, 1);
});
