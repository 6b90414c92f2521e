import assert from "node:assert/strict";
import { classOfPriority, type LeadClass } from "./lead-class.ts";

const cases: [priority: number, verification: number | null, expected: LeadClass][] = [
  [100, null, "A"],
  [75, null, "A"],
  [75, 60, "A"],
  [75, 59, "B"],
  [74.9, 100, "B"],
  [40, null, "B"],
  [39.9, null, "C"],
  [0, 0, "C"],
];
for (const [priority, verification, expected] of cases) {
  Deno.test(`classOfPriority() puts ${priority} with verification ${verification} into ${expected}`, () => {
    assert.equal(classOfPriority(priority, verification), expected);
  });
}
