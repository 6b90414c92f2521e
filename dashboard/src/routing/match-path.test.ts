import assert from "node:assert/strict";
import { matchPath } from "./match-path.ts";

Deno.test("matchPath reads parameters and takes whole paths only", () => {
  assert.deepEqual(matchPath("/:org/requests/:id", "/demo/requests/4%2F7"), { org: "demo", id: "4/7" });
  assert.deepEqual(matchPath("/:org", "/demo/"), { org: "demo" });
  assert.equal(matchPath("/:org/requests", "/demo/requests/47"), null);
  assert.equal(matchPath("/:org/costs", "/demo/requests"), null);
});

Deno.test("matchPath leaves a broken escape as it is", () => {
  assert.deepEqual(matchPath("/:org", "/%zz"), { org: "%zz" });
});
