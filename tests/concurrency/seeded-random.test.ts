import assert from "node:assert/strict";
import { seededRandom } from "./seeded-random.ts";

Deno.test("seededRandom() gives the same numbers for the same seed and others for another", () => {
  const numbers = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 5 }, () => random.between(0, 999));
  };
  assert.deepEqual(numbers(7), numbers(7));
  assert.notDeepEqual(numbers(7), numbers(8));
});

Deno.test("between() reaches both ends and nothing beyond", () => {
  const random = seededRandom(1);
  const seen = new Set(Array.from({ length: 200 }, () => random.between(3, 5)));
  assert.deepEqual([...seen].sort(), [3, 4, 5]);
});
