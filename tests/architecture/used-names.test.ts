import assert from "node:assert/strict";
import { treeOf } from "./tree.ts";
import { exportsAreUsed, facesAreUsed } from "./used-names.ts";

Deno.test("facesAreUsed allows what another module, or a test beside the face, takes from it", () => {
  const tree = treeOf({
    "shared/http/mod.ts": 'export { cors, type Problem } from "./cors.ts";\nexport type { Caller } from "./caller.ts";',
    "shared/ai-task/handler.ts": 'import { type Caller, cors } from "@shared/http/mod.ts";',
    "shared/http/mod.test.ts": 'import type { Problem } from "./mod.ts";',
  });
  assert.deepEqual(facesAreUsed(tree), []);
});

Deno.test("facesAreUsed finds a name that is only mentioned where the face is not imported", () => {
  const tree = treeOf({
    "shared/http/mod.ts": 'export { cors } from "./cors.ts";',
    "shared/http/endpoint.ts": 'import { cors } from "./cors.ts";',
  });
  assert.deepEqual(facesAreUsed(tree), ["shared/http/mod.ts shows cors, which nobody takes"]);
});

Deno.test("exportsAreUsed finds a value nobody else names, and lets types and what stays inside be", () => {
  const tree = treeOf({
    "shared/http/cors.ts":
      "export const ORIGIN = 1;\nexport async function cors() {}\nexport interface Rules {}\nfunction own() {}",
    "shared/http/endpoint.ts": 'import { cors } from "./cors.ts";',
  });
  assert.deepEqual(exportsAreUsed(tree), ["shared/http/cors.ts exports ORIGIN, which no other file uses"]);
});
