import assert from "node:assert/strict";
import { namedTasks, toldFunctions, toldPackages } from "./named-tasks.ts";
import { treeOf } from "./tree.ts";

Deno.test("namedTasks finds a task that only the documentation knows", () => {
  const tree = treeOf({
    "deno.json": '{ "tasks": { "start": "x", "test:e2e": "y" } }',
    "README.md": "`npx -y deno@2.9.6 task start`, then `deno task test:e2e` or `deno task bnech ledger`",
    "docs/run.md": "deno task start; deno task starts",
  });
  assert.deepEqual(namedTasks(tree), [
    "docs/run.md names deno task starts, which does not exist",
    "README.md names deno task bnech, which does not exist",
  ]);
});

Deno.test("toldFunctions finds a function the README is silent about, and a row without one", () => {
  const tree = treeOf({
    "README.md": "| `chat`  | … |\n| `gone`  | … |\n\nAlso `memory`.\n",
    "functions/chat/task.ts": "",
    "functions/memory/index.ts": "",
    "functions/rerank/task.ts": "",
  });
  assert.deepEqual(toldFunctions(tree), [
    "README.md has no row for the task rerank",
    "README.md does not tell of rerank",
    "README.md tells of gone, which does not exist",
  ]);
});

Deno.test("toldPackages finds a package that deployed code imports and the README is silent about", () => {
  const tree = treeOf({
    "deno.json":
      '{ "imports": { "@shared/": "./shared/", "jose": "npm:jose@6", "@a/b/": "npm:/@a/b@1/", "only-tests": "npm:x@1" } }',
    "README.md": "jose (tokens)",
    "shared/x/x.ts": 'import "jose";\nimport "@a/b/c.js";\nimport "@shared/y/mod.ts";',
    "shared/x/x.test.ts": 'import "only-tests";',
  });
  assert.deepEqual(toldPackages(tree), ["README.md does not tell of the package @a/b"]);
});
