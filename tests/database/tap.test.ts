import assert from "node:assert/strict";
import { readTap } from "./tap.ts";

Deno.test("readTap() keeps each assertion with the diagnostics of the failed ones", () => {
  const report = readTap([
    "1..2",
    "ok 1 - a row is seen",
    "not ok 2 - no row is hidden",
    "# Failed test 2\n#   have: 3",
  ]);
  assert.deepEqual(report, {
    assertions: [
      { title: "a row is seen", passed: true, diagnostics: "" },
      { title: "no row is hidden", passed: false, diagnostics: "Failed test 2\n  have: 3\n" },
    ],
    problem: null,
  });
});

Deno.test("readTap() distrusts a file without a plan, without assertions or with a wrong count", () => {
  assert.equal(readTap(["ok 1 - x"]).problem, "The file has no plan");
  assert.equal(readTap(["1..0"]).problem, "The file asserted nothing");
  assert.equal(readTap(["1..3", "ok 1", "ok 2 - y"]).problem, "The file planned 3 assertions and ran 2");
});

Deno.test("readTap() accepts a plan that comes last and ignores rows that are no TAP", () => {
  const report = readTap(["postgres", "ok 1 - x", "1..1"]);
  assert.deepEqual(report, { assertions: [{ title: "x", passed: true, diagnostics: "" }], problem: null });
});
