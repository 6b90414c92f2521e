import postgres from "postgres";
import { CRON_DATABASE } from "./cluster.ts";
import { withDatabase } from "./connection-string.ts";

/** An empty database with the shape of a hosted project; `create database x template signalbox_base` copies it. */
export const BASE_TEMPLATE = "signalbox_base";

const here = (name: string) => Deno.readTextFile(new URL(name, import.meta.url));

/**
 * Makes the template unless it exists, and the database that the server names for pg_cron if it is the one we name. `url`
 * is a superuser's.
 */
export async function ensureBaseTemplate(url: string): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  try {
    // Serializes callers: the second one finds the template made.
    await admin`select pg_advisory_lock(hashtext(${BASE_TEMPLATE}))`;
    const databases = await admin<{ datname: string }[]>`select datname from pg_database`;
    const has = (name: string) => databases.some((row) => row.datname === name);
    if (!has(BASE_TEMPLATE)) await makeTemplate(admin, url);
    const [cron] = await admin<{ name: string | null }[]>`select current_setting('cron.database_name', true) as name`;
    if (cron?.name === CRON_DATABASE && !has(CRON_DATABASE)) await makeCronDatabase(admin, url);
  } finally {
    await admin.end();
  }
}

async function makeTemplate(admin: postgres.Sql, url: string): Promise<void> {
  const name = `${BASE_TEMPLATE}_new`;
  await admin`drop database if exists ${admin(name)} with (force)`;
  await admin`create database ${admin(name)} template template0`;
  await runIn(url, name, await here("bootstrap.sql"));
  await runIn(url, name, await here("cron-stand-in.sql"));
  await runIn(url, name, "create extension pgtap with schema extensions");
  await admin`alter database ${admin(name)} owner to postgres`;
  await admin`alter database ${admin(name)} rename to ${admin(BASE_TEMPLATE)}`;
  await admin`alter database ${admin(BASE_TEMPLATE)} is_template true`;
}

/** The one database where the real pg_cron runs; its owner may schedule, as on the hosted service. */
async function makeCronDatabase(admin: postgres.Sql, url: string): Promise<void> {
  const name = CRON_DATABASE;
  await admin`create database ${admin(name)} template ${admin(BASE_TEMPLATE)} owner postgres`;
  await runIn(url, name, "drop schema cron cascade; create extension pg_cron");
  await runIn(url, name, "grant usage on schema cron to postgres; grant all on all tables in schema cron to postgres");
}

async function runIn(url: string, database: string, statements: string): Promise<void> {
  const sql = postgres(withDatabase(url, database), { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statements);
  } finally {
    await sql.end();
  }
}
