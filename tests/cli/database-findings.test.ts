import assert from "node:assert/strict";
import { isLiteralDefault, openFindings } from "./database-findings.ts";

Deno.test("openFindings() lets pass only what is accepted and only while it is found", () => {
  const findings = [{ subject: "f", message: "never read" }, { subject: "g", message: "unused" }];
  assert.deepEqual(openFindings(findings, { f: "on purpose", h: "was on purpose" }), [
    "g: unused",
    "h is accepted in vain",
  ]);
});

Deno.test("isLiteralDefault() excuses a variable that starts as a literal and no other mismatch", () => {
  const message = "target type is different type than source type";
  const initialization = 'during statement block local variable "v_rows" initialization on line 9';
  assert.equal(isLiteralDefault({ message, context: initialization }), true);
  assert.equal(isLiteralDefault({ message, context: 'at assignment to variable "v_rows" declared on line 3' }), false);
  assert.equal(isLiteralDefault({ message: "never read variable", context: initialization }), false);
  assert.equal(isLiteralDefault({ message }), false);
});
