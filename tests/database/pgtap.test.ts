import type { PGlite } from "@electric-sql/pglite";
import { openEmbeddedPostgres } from "./embedded-postgres.ts";
import { pgtapFiles, runPgtapFile } from "./pgtap-files.ts";

// One database for all files: compiling Postgres takes longer than running them, and each file rolls back.
const database = await openEmbeddedPostgres();
const files = await pgtapFiles();

Deno.test.afterAll(() => database.close());

for (const name of files) {
  Deno.test(`pgTAP ${name} on embedded Postgres`, (test) =>
    runPgtapFile(test, name, (script) => run(database, script)));
}

async function run(target: PGlite, script: string): Promise<string[]> {
  try {
    const results = await target.exec(script, { rowMode: "array" });
    return results.flatMap(({ rows }) => rows).flatMap((row) => Object.values(row).slice(0, 1).map(String));
  } catch (error) {
    await target.exec("rollback");
    throw error;
  }
}
