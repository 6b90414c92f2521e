/**
 * `deno task schema [--check]`: writes supabase/schema.sql from the migrations, or says how it differs.
 *
 * @module
 */
import { pgDump } from "@electric-sql/pglite-tools/pg_dump";
import { parseArgs } from "node:util";
import { openEmbeddedPostgres } from "./embedded-postgres.ts";
import { firstDifference, normalizeDump, SNAPSHOT_CLOCK } from "./schema-dump.ts";

const snapshot = new URL("../../supabase/schema.sql", import.meta.url);
const print = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));

const { values } = parseArgs({ args: Deno.args, options: { check: { type: "boolean", default: false } } });

const database = await openEmbeddedPostgres(SNAPSHOT_CLOCK);
const dump = await pgDump({ pg: database, args: ["--schema-only", "--schema=public", "--schema=private"] });
const schema = normalizeDump(await dump.text());
await database.close();

if (values.check) {
  const difference = firstDifference(await Deno.readTextFile(snapshot), schema);
  if (difference) {
    print(`supabase/schema.sql is not what the migrations make: run 'deno task schema'\n${difference}`);
    Deno.exit(1);
  }
} else {
  await Deno.writeTextFile(snapshot, schema);
}
Deno.exit(0);
