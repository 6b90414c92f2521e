import assert from "node:assert/strict";
import { filledFields, shareOfPassed } from "./checks.ts";

Deno.test("shareOfPassed() is unknown without checks, never perfect", () => {
  assert.equal(shareOfPassed([]), null);
});

Deno.test("shareOfPassed() counts", () => {
  const checks = [{ name: "a", passed: true }, { name: "b", passed: false }, { name: "c", passed: true }];
  assert.equal(shareOfPassed(checks), 0.6667);
});

Deno.test("filledFields() takes zero and false for answers, and blank, empty and null for none", () => {
  const schema = { type: "object", required: ["zero", "no", "blank", "empty", "nothing", "absent"] };
  const output = { zero: 0, no: false, blank: "  ", empty: [], nothing: null };
  assert.deepEqual(filledFields(output, schema), [
    { name: "filled:zero", passed: true },
    { name: "filled:no", passed: true },
    { name: "filled:blank", passed: false },
    { name: "filled:empty", passed: false },
    { name: "filled:nothing", passed: false },
    { name: "filled:absent", passed: false },
  ]);
});

Deno.test("filledFields() has nothing to check without required fields", () => {
  assert.deepEqual(filledFields("text", { type: "string" }), []);
});
