import assert from "node:assert/strict";
import { namedTasks } from "./named-tasks.ts";
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
