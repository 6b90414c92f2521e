import assert from "node:assert/strict";
import { readRepository } from "../architecture/read-repository.ts";
import { isTest } from "../architecture/tree.ts";
import { chooseSuites, suites } from "./suites.ts";

const tree = await readRepository();

Deno.test("every test of the repository belongs to a suite", () => {
  const paths = suites.flatMap((suite) => suite.paths);
  const orphans = [...tree.keys()].filter((path) => isTest(path) && !paths.some((each) => isIn(path, each)));
  assert.deepEqual(orphans, []);
});

Deno.test("chooseSuites() refuses a name that is not there", () => {
  assert.deepEqual(chooseSuites(["cli", "unit"]).map(({ name }) => name), ["cli", "unit"]);
  assert.throws(() => chooseSuites(["unti"]), /Cannot run 'unti': the suites are unit, /);
});

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
