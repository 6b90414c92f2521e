import assert from "node:assert/strict";
import { roundHalfUp } from "./round.ts";

const cases: [value: number, digits: number, rounded: number][] = [
  [0.865, 2, 0.87],
  [0.9195, 2, 0.92],
  [0.9665, 2, 0.97],
  [1.005, 2, 1.01],
  [0.8649, 2, 0.86],
  [0.1 + 0.2, 4, 0.3],
  [0, 2, 0],
  [1, 2, 1],
  [0.99995, 4, 1],
  [12.5, 0, 13],
];

for (const [value, digits, rounded] of cases) {
  Deno.test(`roundHalfUp() makes ${rounded} of ${value} at ${digits} digits`, () => {
    assert.equal(roundHalfUp(value, digits), rounded);
  });
}
