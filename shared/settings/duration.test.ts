import assert from "node:assert/strict";
import { durationMs } from "./duration.ts";

const cases: [text: string, ms: number | null][] = [
  ["PT30S", 30_000],
  ["PT0.1S", 100],
  ["PT0S", 0],
  ["PT8H", 28_800_000],
  ["PT30M", 1_800_000],
  ["P3D", 259_200_000],
  ["P1W", 604_800_000],
  ["P1DT12H", 129_600_000],
  ["P", null],
  ["PT", null],
  ["30 seconds", null],
  ["-PT30S", null],
  ["PT30", null],
  ["", null],
];
for (const [text, ms] of cases) {
  Deno.test(`durationMs() reads '${text}' as ${ms}`, () => assert.equal(durationMs(text), ms));
}
