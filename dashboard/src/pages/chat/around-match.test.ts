import assert from "node:assert/strict";
import { aroundMatch } from "./around-match.ts";

Deno.test("aroundMatch shows what stands around a match, whatever its case", () => {
  assert.deepEqual(aroundMatch("Which\ntiles resist FROST outdoors?", "frost"), {
    before: "Which tiles resist ",
    match: "FROST",
    after: " outdoors?",
  });
  const { before, match, after } = aroundMatch(`${"a".repeat(100)}X${"b".repeat(100)}`, "x");
  assert.equal(before, `… ${"a".repeat(24)}`);
  assert.equal(match, "X");
  assert.equal(after, `${"b".repeat(60)} …`);
});

Deno.test("aroundMatch begins at the start without a match", () => {
  assert.deepEqual(aroundMatch("short", "zzz"), { before: "", match: "", after: "short" });
});
