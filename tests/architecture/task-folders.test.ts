import assert from "node:assert/strict";
import { configuredFunctions, functionFolders, registeredTasks, translatedFunctions } from "./task-folders.ts";
import { treeOf } from "./tree.ts";

const block = `[functions.classify]
verify_jwt = false
entrypoint = "../functions/classify/index.ts"
import_map = "../deno.json"
`;
const whole = {
  "functions/classify/index.ts": "Deno.serve(handler);\n",
  "functions/classify/task.ts": "",
  "functions/classify/task.test.ts": "",
  "supabase/config.toml": `project_id = "x"\n\n${block}\n[functions.other]\nverify_jwt = true\n`,
  "migrations/20260101000000_tasks.sql":
    "-- one row, it's said\ninsert into public.ai_tasks (slug, title) values\n  ('classify', 'Classify; (sort)');\n",
};

Deno.test("functionFolders accepts a folder with shell, test and config block", () => {
  assert.deepEqual(functionFolders(treeOf(whole)), []);
});

Deno.test("functionFolders finds a long shell, a missing test and a missing shell", () => {
  const tree = treeOf({
    ...whole,
    "functions/classify/index.ts": "x\n".repeat(10),
    "functions/empty/task.test.ts": "",
  });
  assert.deepEqual(functionFolders(tree), [
    "functions/classify/index.ts has 10 lines: a shell has at most 9",
    "functions/empty has no index.ts",
    "supabase/config.toml has no [functions.empty]",
  ]);
  const untested = new Map(treeOf(whole));
  untested.delete("functions/classify/task.test.ts");
  assert.deepEqual(functionFolders(untested), ["functions/classify has no test"]);
});

Deno.test("functionFolders finds a config block that would deploy something else", () => {
  const wrong = block.replace("verify_jwt = false", "verify_jwt = true").replace("../deno.json", "./deno.json");
  assert.deepEqual(
    functionFolders(treeOf({ ...whole, "supabase/config.toml": `${wrong}\n[functions.b]\nverify_jwt = false\n` })),
    [
      "supabase/config.toml [functions.classify] lacks verify_jwt = false",
      'supabase/config.toml [functions.classify] lacks import_map = "../deno.json"',
    ],
  );
});

Deno.test("configuredFunctions finds a block without a folder", () => {
  assert.deepEqual(configuredFunctions(treeOf(whole)), [
    "supabase/config.toml configures functions.other, which does not exist",
  ]);
});

Deno.test("registeredTasks compares task folders with the rows of ai_tasks, both ways", () => {
  assert.deepEqual(registeredTasks(treeOf(whole)), []);
  assert.deepEqual(registeredTasks(treeOf({ ...whole, "migrations/20260101000000_tasks.sql": "" })), [
    "functions/classify has no row in ai_tasks",
  ]);
  const more = whole["migrations/20260101000000_tasks.sql"].replace("');", "'), ('gone', 'Gone');");
  assert.deepEqual(registeredTasks(treeOf({ ...whole, "migrations/20260101000000_tasks.sql": more })), [
    "ai_tasks has gone, which has no folder",
  ]);
});

Deno.test("registeredTasks asks no row of a function that is no task", () => {
  const tree = treeOf({ "functions/gateway/index.ts": "", "functions/gateway/handler.ts": "" });
  assert.deepEqual(registeredTasks(tree), []);
});

Deno.test("translatedFunctions finds a function that says in English alone what it does", () => {
  const english = '  title: "Classify",\n  description: "Sorts.",\n';
  assert.deepEqual(translatedFunctions(treeOf({ "functions/classify/task.ts": english })), [
    "functions/classify has no translations of its title and description",
  ]);
  assert.deepEqual(
    translatedFunctions(treeOf({ "functions/classify/task.ts": `${english}  translations: {},\n` })),
    [],
  );
  assert.deepEqual(translatedFunctions(treeOf({ "functions/classify/index.ts": "serve();" })), []);
});
