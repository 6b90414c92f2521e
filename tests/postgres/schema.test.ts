import assert from "node:assert/strict";
import { firstDifference, normalizeDump, SNAPSHOT_CLOCK } from "../database/schema-dump.ts";
import { applyMigrations, createEmptyDatabase, readMigrations } from "./mod.ts";
import { serverProgram } from "./server-program.ts";

const pgDump = await serverProgram("pg_dump");

// The snapshot comes from embedded Postgres and its superuser: a server and an owner without superuser rights must agree.
Deno.test({
  name: "a migrated server has the schema of supabase/schema.sql",
  ignore: pgDump === null,
  fn: async () => {
    const database = await createEmptyDatabase("schema");
    try {
      const connection = await database.sql.reserve();
      await connection`select set_config('signalbox.now', ${SNAPSHOT_CLOCK}, false)`;
      await applyMigrations((statements) => connection.unsafe(statements).simple(), await readMigrations());
      connection.release();
      const dump = await pgDump?.(["--schema-only", "--schema=public", "--schema=private", database.url]) ?? "";
      const committed = await Deno.readTextFile(new URL("../../supabase/schema.sql", import.meta.url));
      assert.equal(firstDifference(committed, normalizeDump(dump)), null);
    } finally {
      await database.drop();
    }
  },
});
