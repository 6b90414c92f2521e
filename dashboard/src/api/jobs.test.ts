import assert from "node:assert/strict";
import { readWork, sumCosts } from "./jobs.ts";

Deno.test("readWork reads a job's id and a subject, and nothing else", () => {
  assert.deepEqual(readWork(" 30000000-0000-4000-8000-00000000000A "), {
    jobId: "30000000-0000-4000-8000-00000000000a",
  });
  assert.deepEqual(readWork("lead:9"), { subjectType: "lead", subjectId: "9" });
  assert.deepEqual(readWork("document:a:b"), { subjectType: "document", subjectId: "a:b" });
  for (const text of ["", "lead:", ":9", "30000000", "Lead 9"]) assert.equal(readWork(text), null, text);
});

Deno.test("sumCosts adds what is known, and knows nothing of nothing", () => {
  assert.equal(sumCosts([0.25, null, 0.5]), 0.75);
  assert.equal(sumCosts([null]), null);
  assert.equal(sumCosts([]), null);
  assert.equal(sumCosts([0]), 0);
});
