import assert from "node:assert/strict";
import { explicitFaces, fileLength, fileNames, longFilesStillLong, migrationNames } from "./file-shape.ts";
import { environmentOnlyInConfig, vendorSdksOnlyInProviders } from "./guarded-names.ts";
import { importDirection, knownModules, partsStandAlone } from "./import-direction.ts";
import { madeOnce } from "./made-once.ts";
import { namedTasks, toldFunctions, toldPackages } from "./named-tasks.ts";
import { portableText } from "./portable-text.ts";
import { readRepository } from "./read-repository.ts";
import { everySettingIsRead } from "./read-settings.ts";
import { importMapIsDeployable, noInlinePackages, onlyCodeInShared, quotedImportsExist } from "./shipped-files.ts";
import { configuredFunctions, functionFolders, registeredTasks, translatedFunctions } from "./task-folders.ts";
import type { Check } from "./tree.ts";
import { exportsAreUsed, facesAreUsed } from "./used-names.ts";

const checks: Record<string, Check> = {
  importDirection,
  knownModules,
  partsStandAlone,
  vendorSdksOnlyInProviders,
  environmentOnlyInConfig,
  functionFolders,
  configuredFunctions,
  registeredTasks,
  translatedFunctions,
  onlyCodeInShared,
  importMapIsDeployable,
  noInlinePackages,
  quotedImportsExist,
  fileLength,
  longFilesStillLong,
  fileNames,
  explicitFaces,
  migrationNames,
  madeOnce,
  portableText,
  namedTasks,
  toldFunctions,
  toldPackages,
  everySettingIsRead,
  facesAreUsed,
  exportsAreUsed,
};

const tree = await readRepository();

for (const [name, check] of Object.entries(checks)) {
  Deno.test(`the repository holds ${name}`, () => assert.deepEqual(check(tree), []));
}

Deno.test("the repository's migrations are where the CLI looks for them", async () => {
  const root = new URL("../../", import.meta.url);
  assert.equal(await Deno.readLink(new URL("supabase/migrations", root)), "../migrations");
});
