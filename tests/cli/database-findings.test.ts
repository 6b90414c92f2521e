import assert from "node:assert/strict";
import { openFindings } from "./database-findings.ts";

Deno.test("openFindings() lets pass only what is accepted and only while it is found", () => {
  const findings = [{ subject: "f", message: "never read" }, { subject: "g", message: "unused" }];
  assert.deepEqual(openFindings(findings, { f: "on purpose", h: "was on purpose" }), [
    "g: unused",
    "h is accepted in vain",
  ]);
});
