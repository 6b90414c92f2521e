import { deepEqual, equal, notDeepEqual } from "node:assert/strict";
import type { Fault } from "./fault.ts";
import { FaultPlan, type FaultTarget } from "./fault-plan.ts";

const target: FaultTarget = { provider: "openai", model: "gpt-4o-mini", operation: "chat" };
const fates = (faults: Fault[], requests: number, at = target) => {
  const plan = new FaultPlan();
  plan.set(faults);
  return Array.from({ length: requests }, () => plan.next(at)?.kind ?? "-").join(" ");
};

Deno.test("FaultPlan fails always, a number of times, or in turns", () => {
  equal(fates([{ kind: "reset" }], 3), "reset reset reset");
  equal(fates([{ kind: "reset", times: 2 }], 4), "reset reset - -");
  equal(fates([{ kind: "cut", flapping: { fail: 1, pass: 2 } }], 6), "cut - - cut - -");
});

Deno.test("FaultPlan goes on to the next fault when one is spent", () => {
  equal(fates([{ kind: "reset", times: 1 }, { kind: "stall", times: 1 }], 3), "reset stall -");
});

Deno.test("FaultPlan matches provider, model pattern and operation", () => {
  equal(fates([{ kind: "reset", provider: "anthropic" }], 1), "-");
  equal(fates([{ kind: "reset", model: "gpt-4o" }], 1), "-");
  equal(fates([{ kind: "reset", model: "gpt-4o*" }], 1), "reset");
  equal(fates([{ kind: "reset" }], 1, { ...target, operation: "embedding" }), "-");
  equal(fates([{ kind: "reset", operation: "embedding" }], 1, { ...target, operation: "embedding" }), "reset");
});

Deno.test("FaultPlan draws the same sequence from the same seed", () => {
  const drawn = (seed: number) => fates([{ kind: "reset", probability: 0.3, seed }], 1_000).split(" ");
  deepEqual(drawn(7), drawn(7));
  notDeepEqual(drawn(7), drawn(8));
  const share = drawn(7).filter((fate) => fate === "reset").length / 1_000;
  equal(share > 0.25 && share < 0.35, true);
});
