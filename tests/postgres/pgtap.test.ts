import { pgtapFiles, runPgtapFile } from "../database/pgtap-files.ts";
import { createDatabase } from "./mod.ts";

const database = await createDatabase("pgtap");
const files = await pgtapFiles();

Deno.test.afterAll(() => database.drop());

for (const name of files) {
  Deno.test(`pgTAP ${name} as an owner without superuser rights`, (test) =>
    runPgtapFile(test, name, async (script) => {
      const connection = await database.sql.reserve();
      try {
        const results: unknown = await connection.unsafe(script).simple();
        return firstColumns(results);
      } catch (error) {
        await connection.unsafe("rollback");
        throw error;
      } finally {
        connection.release();
      }
    }));
}

/** A script of several statements answers one row list per statement. */
function firstColumns(results: unknown): string[] {
  if (!Array.isArray(results)) return [];
  return results.flatMap((result: unknown) =>
    Array.isArray(result) ? result.map((row: Record<string, unknown>) => String(Object.values(row)[0])) : []
  );
}
