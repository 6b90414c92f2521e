import { deepEqual, equal } from "node:assert/strict";
import { classifyChange } from "./source-watch.ts";

const options = {
  functionsDir: "/project/functions",
  sharedDir: "/project/shared",
  importMap: "/project/deno.json",
  configToml: "/project/supabase/config.toml",
};

Deno.test("classifyChange tells one function's file from what every function shares", () => {
  deepEqual(classifyChange("/project/functions/task/rules.ts", options), { function: "task" });
  equal(classifyChange("/project/shared/http/mod.ts", options), "all");
  equal(classifyChange("/project/deno.json", options), "all");
  equal(classifyChange("/project/supabase/config.toml", options), "config");
});

Deno.test("classifyChange ignores what no function runs", () => {
  equal(classifyChange("/project/functions/task/task.test.ts", options), null);
  equal(classifyChange("/project/shared/http/.mod.ts.swp", options), null);
  equal(classifyChange("/project/shared/http/README.md", options), null);
});
