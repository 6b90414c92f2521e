import assert from "node:assert/strict";
import { isUuid } from "./is-uuid.ts";

Deno.test("isUuid knows an id whatever its letters' size, and nothing around it", () => {
  assert.equal(isUuid("9d91ced8-94e0-45b1-9575-f182c959426f"), true);
  assert.equal(isUuid("9D91CED8-94E0-45B1-9575-F182C959426F"), true);
  for (const text of ["", "xyz", "9d91ced8", " 9d91ced8-94e0-45b1-9575-f182c959426f", "id.eq.1,org_id"]) {
    assert.equal(isUuid(text), false, text);
  }
});
