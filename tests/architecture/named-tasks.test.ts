import assert from "node:assert/strict";
import { namedTasks, toldFunctions } from "./named-tasks.ts";
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
