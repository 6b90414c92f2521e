import assert from "node:assert/strict";
import { importMapIsDeployable, noInlinePackages, onlyCodeInShared, quotedImportsExist } from "./shipped-files.ts";
import { treeOf } from "./tree.ts";

Deno.test("onlyCodeInShared finds secrets, data and recordings", () => {
  const tree = treeOf({
    "shared/errors/mod.ts": "",
    "shared/.env": "",
    "shared/http/fixtures/answer.ts": "",
    "shared/router/weights.json": "",
  });
  assert.deepEqual(onlyCodeInShared(tree), [
    "shared/.env would be uploaded with every function: only code may be",
    "shared/http/fixtures/answer.ts is in a folder for data",
    "shared/router/weights.json would be uploaded with every function: only code may be",
  ]);
});

Deno.test("importMapIsDeployable accepts exact npm versions and the shared alias", () => {
  const imports = { "@shared/": "./shared/", "hono/": "npm:/hono@4.13.19/", "@a/b": "npm:@a/b@1.0.0-rc.1" };
  assert.deepEqual(importMapIsDeployable(treeOf({ "deno.json": JSON.stringify({ imports }) })), []);
});

Deno.test("importMapIsDeployable finds ranges, local aliases, workspaces and a package.json", () => {
  const imports = { zod: "npm:zod@^4", "@tests/": "./tests/", std: "jsr:@std/assert@1.0.0" };
  const tree = treeOf({ "deno.json": JSON.stringify({ imports, workspace: ["./x"] }), "package.json": "{}" });
  assert.deepEqual(importMapIsDeployable(tree), [
    "deno.json has workspace, which the hosted bundler cannot follow",
    "package.json beside the root's deno.json changes how functions resolve",
    "deno.json maps zod to npm:zod@^4: only exact npm versions and @shared/ may be uploaded",
    "deno.json maps @tests/ to ./tests/: only exact npm versions and @shared/ may be uploaded",
    "deno.json maps std to jsr:@std/assert@1.0.0: only exact npm versions and @shared/ may be uploaded",
  ]);
});

Deno.test("noInlinePackages finds a version that only one file knows", () => {
  const tree = treeOf({
    "shared/http/a.ts": 'import { z } from "npm:zod@3";',
    "shared/http/b.ts": 'import { z } from "zod";',
  });
  assert.deepEqual(noInlinePackages(tree), ["shared/http/a.ts imports a package past the import map"]);
});

Deno.test("quotedImportsExist finds an example in a comment that the CLI would take for an import", () => {
  const tree = treeOf({
    "shared/ai-task/mod.ts": '/**\n * import { task } from "./task.ts";\n */\nexport { serve } from "./serve.ts";',
    "shared/ai-task/serve.ts": "",
  });
  assert.deepEqual(quotedImportsExist(tree), [
    "shared/ai-task/mod.ts quotes an import of ./task.ts, which does not exist",
  ]);
});
