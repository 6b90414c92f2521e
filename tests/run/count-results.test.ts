import assert from "node:assert/strict";
import { addCounts, countResults } from "./count-results.ts";

const report = (attributes: string, cases = "") =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="deno test" ${attributes} time="0.006">${cases}</testsuites>`;

Deno.test("countResults() takes failures, errors and skipped tests from the total", () => {
  const text = report('tests="9" failures="2" errors="1"', "<testcase><skipped/></testcase>");
  assert.deepEqual(countResults(text), { passed: 5, failed: 3, skipped: 1 });
});

Deno.test("countResults() refuses a report that is cut off or from elsewhere", () => {
  assert.throws(() => countResults(""), /has no <testsuites>/);
  assert.throws(() => countResults(report('tests="many"')), /Cannot count test results/);
});

Deno.test("addCounts() of nothing is nothing", () => {
  assert.deepEqual(addCounts([]), { passed: 0, failed: 0, skipped: 0 });
  assert.deepEqual(
    addCounts([{ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 }]),
    { passed: 11, failed: 22, skipped: 33 },
  );
});
