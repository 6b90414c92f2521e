import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { pgcrypto } from "@electric-sql/pglite/contrib/pgcrypto";
import { unaccent } from "@electric-sql/pglite/contrib/unaccent";
import { uuid_ossp } from "@electric-sql/pglite/contrib/uuid_ossp";
import { pgtap } from "@electric-sql/pglite/pgtap";
import { vector } from "@electric-sql/pglite/vector";
import { applyMigrations, readMigrations } from "../postgres/migrations.ts";
import { standInScript } from "../postgres/stand-ins.ts";

const shapeScript = (name: string) => Deno.readTextFile(new URL(`../postgres/${name}`, import.meta.url));

/**
 * Postgres 17 inside this process, in memory, shaped like a hosted project and migrated. One session, a superuser's: what
 * only another role or a second connection can show is tested on a real Postgres. Close it.
 *
 * `clock` (ISO time) is the time at which migrations run, which names the first partitions; null leaves the real one.
 */
export async function openEmbeddedPostgres(clock: string | null = null): Promise<PGlite> {
  const database = await PGlite.create({
    extensions: { pg_trgm, pgcrypto, pgtap, unaccent, uuid_ossp, vector },
    startParams: [...PGlite.defaultStartParams, "-c", "timezone=UTC"],
  });
  await database.exec(await shapeScript("bootstrap.sql"));
  await database.exec(await standInScript());
  await database.exec(await shapeScript("cron-stand-in.sql"));
  await database.exec("create extension pgtap with schema extensions");
  // A hosted project's extensions belong to its superuser, whose functions everyone may execute. Here the migrations' owner is
  // the superuser, and the privileges it takes from public would be taken from them: so they come first.
  for (const name of ["vector", "pg_trgm", "unaccent"]) {
    await database.exec(`create extension ${name} with schema extensions`);
  }
  if (clock) await database.query("select set_config('signalbox.now', $1, false)", [clock]);
  await applyMigrations(
    (statements) => database.transaction((transaction) => transaction.exec(statements)),
    await readMigrations(),
  );
  if (clock) await database.query("select set_config('signalbox.now', '', false)");
  return database;
}
