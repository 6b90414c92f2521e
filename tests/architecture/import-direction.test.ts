import assert from "node:assert/strict";
import { importDirection, knownModules, partsStandAlone } from "./import-direction.ts";
import { treeOf } from "./tree.ts";

const problemOf = (from: string, statement: string) => importDirection(treeOf({ [from]: statement }));

Deno.test("importDirection allows what points down through a module's face", () => {
  const tree = treeOf({
    "functions/classify/index.ts": 'import { serve } from "@shared/ai-task/mod.ts";\nimport { task } from "./task.ts";',
    "shared/router/route.ts": 'import { AppError } from "@shared/errors/mod.ts";\nimport { z } from "zod";',
    "shared/ai-logger/settlement.ts": 'import type { Tier } from "@shared/budget/mod.ts";',
    "shared/http/auth.ts": 'import { cors } from "./cors.ts";',
    "shared/errors/x.test.ts": 'import { problem } from "@shared/http/mod.ts";',
    "functions/classify/task.test.ts": 'import { fakeStack } from "@shared/ai-task/testing/mod.ts";',
    "shared/ai-task/testing/fake-stack.ts": 'import { fakeProvider } from "@shared/providers/testing/mod.ts";',
  });
  assert.deepEqual(importDirection(tree), []);
});

const faults = [
  ["shared/http/auth.ts", 'import { route } from "@shared/router/mod.ts";', "imports point down"],
  ["shared/http/auth.ts", 'import type { Route } from "@shared/router/mod.ts";', "imports point down"],
  [
    "shared/ai-logger/log.ts",
    'import { admit } from "@shared/budget/mod.ts";',
    "a module of the same layer gives only types",
  ],
  [
    "shared/router/route.ts",
    'import { x } from "@shared/errors/app-error.ts";',
    "another module is imported through its mod.ts",
  ],
  ["shared/router/route.ts", 'import { x } from "../errors/mod.ts";', "another module is imported by its alias"],
  ["shared/http/auth.ts", 'import { x } from "@shared/http/mod.ts";', "a module's own files are imported relatively"],
  [
    "functions/a/task.ts",
    'import { fakeStack } from "@shared/ai-task/testing/mod.ts";',
    "what is deployed imports nothing made for tests",
  ],
  [
    "shared/router/route.ts",
    'import { plan } from "./testing/plan.ts";',
    "what is deployed imports nothing made for tests",
  ],
  ["functions/a/task.ts", 'import { b } from "../b/task.ts";', "a function imports no other"],
  ["functions/a/task.ts", 'import { b } from "../../tests/x.ts";', "deployed code imports only functions/ and shared/"],
  [
    "shared/db/a.ts",
    'const x = await import("../../supabase/local/mod.ts");',
    "deployed code imports only functions/ and shared/",
  ],
] as const;

for (const [from, statement, problem] of faults) {
  Deno.test(`importDirection finds in ${from}: ${statement}`, () => {
    const specifier = statement.match(/"([^"]+)"/)?.[1];
    assert.deepEqual(problemOf(from, statement), [`${from} imports ${specifier}: ${problem}`]);
  });
}

Deno.test("knownModules finds a module without a face or a layer", () => {
  assert.deepEqual(knownModules(treeOf({ "shared/errors/mod.ts": "" })), []);
  assert.deepEqual(knownModules(treeOf({ "shared/errors/app-error.ts": "" })), ["shared/errors has no mod.ts"]);
  assert.deepEqual(knownModules(treeOf({ "shared/utils/mod.ts": "" })), [
    "shared/utils has no layer: add it to LAYERS in tests/architecture",
  ]);
});

Deno.test("partsStandAlone finds the local stack or the dashboard leaning on deployed code or tests", () => {
  const tree = treeOf({
    "supabase/local/host/host.ts":
      'import { listen } from "./listen.ts";\nimport { cors } from "../../../shared/http/mod.ts";',
    "dashboard/src/app.tsx":
      'import { createClient } from "@supabase/supabase-js";\nimport { x } from "../../tests/x.ts";',
    "tests/functions/world.ts": 'import { startStack } from "../../supabase/local/mod.ts";',
  });
  assert.deepEqual(partsStandAlone(tree), [
    "supabase/local/host/host.ts imports ../../../shared/http/mod.ts: supabase/local/ stands alone",
    "dashboard/src/app.tsx imports ../../tests/x.ts: dashboard/ stands alone",
  ]);
});
