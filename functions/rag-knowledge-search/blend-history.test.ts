import assert from "node:assert/strict";
import { blendHistory } from "./blend-history.ts";

Deno.test("blendHistory() leaves a question alone that nothing was said before", () => {
  assert.deepEqual(blendHistory([3, 4], [], { weight: 0.3, decay: 0.1 }), [3, 4]);
  assert.deepEqual(blendHistory([3, 4], [[1, 0]], { weight: 0, decay: 0.1 }), [3, 4]);
});

Deno.test("blendHistory() turns a question by its weight, whatever the vectors' lengths", () => {
  assert.deepEqual(blendHistory([2, 0], [[0, 5]], { weight: 0.25, decay: 0.1 }), [0.75, 0.25]);
});

Deno.test("blendHistory() lets an older message count less", () => {
  const vector = blendHistory([1, 0, 0], [[0, 1, 0], [0, 0, 1]], { weight: 0.6, decay: 0.5 });
  assert.deepEqual(vector.map((number) => Number(number.toFixed(3))), [0.4, 0.2, 0.4]);
});
