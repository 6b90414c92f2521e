import { getAuthSchemaSql, getStorageSchemaSql } from "@supabase/lite";
import { type Database, quoteIdentifier } from "./database.ts";
import { MARK_BEGUN, MARK_DONE, readMarker, UNMARK } from "./marker.ts";
import { STAND_IN_EXTENSIONS, type StandInExtension, standInSql } from "./stand-in-extensions.ts";

/** Schemas that the preparation makes, and an interrupted one may have left half made. */
const OWN_SCHEMAS = ["auth", "storage", "realtime", "net", "cron", "vault", "supabase_migrations"];

/** Extensions every hosted project can rely on and our migrations use; there is no stand-in for these. */
const REQUIRED_EXTENSIONS = ["vector", "pgcrypto", "pg_trgm", "unaccent"];

/** Where an extension that has a stand-in keeps its objects. */
const EXTENSION_SCHEMA: Readonly<Record<string, string>> = { pg_net: "net", pg_cron: "cron", supabase_vault: "vault" };

const MIGRATION_HISTORY = `
create schema supabase_migrations;
create table supabase_migrations.schema_migrations (version text not null primary key, statements text[], name text);
create table supabase_migrations.seed_files (path text not null primary key, hash text not null);`;

/**
 * Makes an empty database look like a new hosted project: roles, schemas, extensions, auth and storage tables.
 * Does nothing when that is done already, and begins again when it was interrupted.
 */
export async function prepareDatabase(database: Database): Promise<void> {
  const marker = await readMarker(database);
  if (marker === "done") return;
  if (marker === "begun") {
    const drops = OWN_SCHEMAS.map((schema) => `drop schema if exists ${schema} cascade;`);
    await database.script([...drops, UNMARK].join("\n"));
  }
  await database.script(MARK_BEGUN);
  await database.script(await ownSql("roles"));
  for (const name of REQUIRED_EXTENSIONS) await createRequired(database, name);
  for (const extension of STAND_IN_EXTENSIONS) await createOrStandIn(database, extension);
  await database.script(`${getAuthSchemaSql()};\n${getStorageSchemaSql()};\n${MIGRATION_HISTORY}`);
  await database.script(await ownSql("auth"));
  await database.script(await ownSql("realtime"));
  await database.script(MARK_DONE);
}

function ownSql(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`./sql/${name}.sql`, import.meta.url));
}

async function createRequired(database: Database, name: string): Promise<void> {
  try {
    await database.script(`create extension if not exists ${quoteIdentifier(name)} with schema extensions`);
  } catch (error) {
    throw new Error(`Cannot prepare the database: it needs the extension "${name}"`, { cause: error });
  }
}

/** Takes the real extension where the server has it, else the stand-in as a plain schema. */
async function createOrStandIn(database: Database, extension: StandInExtension): Promise<void> {
  const schema = EXTENSION_SCHEMA[extension.name];
  try {
    await database.script(`create extension ${extension.name}`);
  } catch {
    // Not installed, not preloaded, or (pg_cron) bound to another database: all the same to us.
    await database.script(`drop schema if exists ${schema} cascade;\n${await standInSql(extension)}`);
  }
}
