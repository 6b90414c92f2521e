import { equal } from "node:assert/strict";
import { RequestClock } from "./request-clock.ts";

Deno.test("RequestClock charges a lone request what the process used after the first sample that saw it", () => {
  const clock = new RequestClock();
  const request = clock.begin(0);
  clock.charge(90);
  equal(request.cpuMs, 0);
  clock.charge(100);
  clock.charge(100);
  equal(request.cpuMs, 200);
});

Deno.test("RequestClock divides CPU among requests that were open together", () => {
  const clock = new RequestClock();
  const requests = [clock.begin(0), clock.begin(0)];
  clock.charge(0);
  clock.charge(100);
  equal(requests[0]?.cpuMs, 50);
  equal(requests[1]?.cpuMs, 50);
});

Deno.test("RequestClock does not charge a long request for short ones that come and go beside it", () => {
  const clock = new RequestClock();
  const stream = clock.begin(0);
  for (let sample = 0; sample < 1_000; sample += 1) {
    clock.end(clock.begin(sample));
    clock.charge(50);
    clock.alive();
  }
  equal(clock.worstCpuMs, 0);
  equal(stream.cpuMs, 0);
});

Deno.test("RequestClock counts one endless computation whoever started it, until the event loop answers", () => {
  const clock = new RequestClock();
  clock.end(clock.begin(0));
  for (let sample = 0; sample < 3; sample += 1) {
    clock.begin(sample);
    clock.charge(100);
  }
  equal(clock.worstCpuMs, 300);
  clock.alive();
  equal(clock.worstCpuMs < 300, true);
});

Deno.test("RequestClock counts background work until a quiet moment", () => {
  const clock = new RequestClock();
  clock.charge(100);
  clock.charge(100);
  clock.alive();
  equal(clock.worstCpuMs, 200);
  clock.charge(0);
  equal(clock.worstCpuMs, 0);
});

Deno.test("RequestClock knows its oldest open request", () => {
  const clock = new RequestClock();
  equal(clock.oldestStart, null);
  const first = clock.begin(10);
  clock.begin(20);
  equal(clock.oldestStart, 10);
  clock.end(first);
  clock.end(first);
  equal(clock.oldestStart, 20);
  equal(clock.open, 1);
});
