import type { PGlite } from "@electric-sql/pglite";
import assert from "node:assert/strict";
import { openEmbeddedPostgres } from "./embedded-postgres.ts";
import { pgtapFiles, readPgtapFile, runPgtapFile } from "./pgtap-files.ts";
import { plantedFaults } from "./planted-faults.ts";
import { readTap } from "./tap.ts";

// One database for all files: compiling Postgres takes longer than running them, and each file rolls back.
const database = await openEmbeddedPostgres();

Deno.test.afterAll(() => database.close());

for (const name of await pgtapFiles()) {
  Deno.test(`pgTAP ${name} on embedded Postgres`, (test) =>
    runPgtapFile(test, name, (script) => run(database, script)));
}

const architecture = await readPgtapFile("architecture.test.sql");

for (const { statements, caughtBy } of plantedFaults) {
  Deno.test(`architecture.test.sql catches a planted fault: ${caughtBy}`, async () => {
    const { assertions } = readTap(await run(database, architecture.replace("begin;", `begin;\n${statements}`)));
    const failed = assertions.filter(({ passed }) => !passed).map(({ title }) => title);
    // A unique constraint is an index as well, so a fault in one is seen in both.
    assert.ok(failed.includes(caughtBy), `caught by ${JSON.stringify(failed)}`);
    assert.ok(failed.every((title) => title === caughtBy || /contains org_id$/.test(title)), JSON.stringify(failed));
  });
}

Deno.test("every rule of architecture.test.sql has a planted fault", async () => {
  const { assertions } = readTap(await run(database, architecture));
  const rules = assertions.map(({ title }) => title).filter((title) => !title.startsWith("the catalog queries"));
  assert.deepEqual(rules, plantedFaults.map(({ caughtBy }) => caughtBy));
});

async function run(target: PGlite, script: string): Promise<string[]> {
  try {
    const results = await target.exec(script, { rowMode: "array" });
    return results.flatMap(({ rows }) => rows).flatMap((row) => Object.values(row).slice(0, 1).map(String));
  } catch (error) {
    await target.exec("rollback");
    throw error;
  }
}
