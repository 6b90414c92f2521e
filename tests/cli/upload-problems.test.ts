import assert from "node:assert/strict";
import { uploadProblems } from "./upload-problems.ts";

const imported = ["functions/a/index.ts", "functions/a/task.ts", "shared/http/mod.ts"];

Deno.test("uploadProblems() accepts the imports, the import map and further code of shared/", () => {
  assert.deepEqual(
    uploadProblems([...imported, "deno.json", "shared/http/cors.ts", "shared/router/x/y.test.ts"], imported),
    [],
  );
});

Deno.test("uploadProblems() finds what is missing and what should have stayed at home", () => {
  const uploaded = [
    "deno.json",
    "functions/a/index.ts",
    "shared/http/mod.ts",
    "shared/.env",
    "shared/http/.env.ts",
    "shared/http/fixtures/a.ts",
    "shared/router/weights.json",
    "functions/b/task.ts",
    "tests/x.ts",
  ];
  assert.deepEqual(uploadProblems(uploaded, imported), [
    "functions/a/task.ts is imported and was not uploaded",
    "shared/.env was uploaded and is not imported",
    "shared/http/.env.ts was uploaded and is not imported",
    "shared/http/fixtures/a.ts was uploaded and is not imported",
    "shared/router/weights.json was uploaded and is not imported",
    "functions/b/task.ts was uploaded and is not imported",
    "tests/x.ts was uploaded and is not imported",
  ]);
});
