import assert from "node:assert/strict";
import { failingPart } from "./failing-part.ts";

Deno.test("failingPart() starts at the heading of a test run's errors", () => {
  assert.equal(failingPart("a ... ok\n\n ERRORS \n\nb => FAILED\n"), " ERRORS \n\nb => FAILED");
});

Deno.test("failingPart() keeps all of an output without that heading, up to 400 lines", () => {
  assert.equal(failingPart("Check a.ts\nerror: Cannot find module\n"), "error: Cannot find module");
  const lines = failingPart("x\n".repeat(1000)).split("\n");
  assert.deepEqual([lines.length, lines.at(-1)], [401, "… and 600 more lines"]);
});
