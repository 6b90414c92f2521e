import assert from "node:assert/strict";
import { atLeast, ROLES } from "./roles.ts";

Deno.test("atLeast orders roles as the database ranks them", () => {
  assert.deepEqual(ROLES.filter((role) => atLeast(role, "manager")), ["manager", "admin", "owner"]);
});
