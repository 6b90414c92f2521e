import assert from "node:assert/strict";
import { explicitFaces, fileLength, fileNames, longFilesStillLong, migrationNames } from "./file-shape.ts";
import { treeOf } from "./tree.ts";

Deno.test("fileLength finds code and SQL over 400 lines unless the list names it", () => {
  const lines = (count: number) => "x\n".repeat(count);
  const tree = treeOf({
    "shared/a/b.ts": lines(401),
    "shared/a/c.ts": lines(400),
    "migrations/1_a.sql": lines(401),
    "migrations/1_b.sql": lines(400),
    "supabase/schema.sql": lines(2000),
    "docs/a.md": lines(2000),
  });
  assert.deepEqual(fileLength(tree), [
    "shared/a/b.ts has 401 lines: split it at 400",
    "migrations/1_a.sql has 401 lines: split it at 400",
  ]);
});

Deno.test("longFilesStillLong finds a list entry that hides nothing any more", () => {
  assert.deepEqual(longFilesStillLong(treeOf({ "supabase/schema.sql": "x\n".repeat(401) })), []);
  assert.deepEqual(longFilesStillLong(treeOf({ "supabase/schema.sql": "x" })), [
    "supabase/schema.sql is no longer long: take it off the list in file-shape.ts",
  ]);
});

Deno.test("fileNames finds drawers and other cases", () => {
  const tree = treeOf({ "shared/db/utils.ts": "", "shared/db/openClient.ts": "", "shared/db/open-client.ts": "" });
  assert.deepEqual(fileNames(tree), [
    "shared/db/utils.ts names a drawer, not an idea",
    "shared/db/openClient.ts is not kebab-case",
  ]);
});

Deno.test("explicitFaces finds a face that exports everything or says nothing", () => {
  const tree = treeOf({ "shared/db/mod.ts": 'export * from "./client.ts";' });
  assert.deepEqual(explicitFaces(tree), [
    "shared/db/mod.ts exports everything: list the names",
    "shared/db/mod.ts has no @module comment",
  ]);
});

Deno.test("migrationNames finds a wrong name and digits used twice", () => {
  const tree = treeOf({
    "migrations/20261121000100_organizations.sql": "",
    "migrations/20261121000100_prices.sql": "",
    "migrations/README.md": "",
  });
  assert.deepEqual(migrationNames(tree), [
    "migrations/20261121000100_prices.sql has the same digits as another migration",
    "migrations/README.md is not named <14 digits>_<subject>.sql",
  ]);
});
