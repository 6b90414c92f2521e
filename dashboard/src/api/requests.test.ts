import assert from "node:assert/strict";
import { isSearchable } from "./requests.ts";

Deno.test("isSearchable takes ids and subjects, and nothing that would change the question", () => {
  assert.equal(isSearchable("9d91ced8-94e0-45b1-9575-f182c959426f"), true);
  assert.equal(isSearchable("lead:9"), true);
  assert.equal(isSearchable("9d91ced8"), false);
  assert.equal(isSearchable("id.eq.1,org_id"), false);
});
