import postgres from "postgres";
import { CRON_DATABASE } from "./cluster.ts";
import { withDatabase } from "./connection-string.ts";
import { fingerprint } from "./migrations.ts";
import { STAND_IN_GRANTS, standInScript } from "./stand-ins.ts";

/** An empty database with the shape of a hosted project; `create database x template signalbox_base` copies it. */
export const BASE_TEMPLATE = "signalbox_base";

const INSTALLED_STAND_INS =
  "create extension pg_net with schema extensions; create extension supabase_vault with schema extensions";

const here = (name: string) => Deno.readTextFile(new URL(name, import.meta.url));

/** What the template is made of: its fingerprint is kept as the database's comment. */
async function shapeScripts() {
  return {
    bootstrap: await here("bootstrap.sql"),
    standIns: await standInScript(),
    installed: INSTALLED_STAND_INS,
    cronStandIn: await here("cron-stand-in.sql"),
  };
}

/** Ten digits that change with the shape: templates made from it carry them. */
export async function shapeFingerprint(): Promise<string> {
  return fingerprint(Object.values(await shapeScripts()));
}

/** Makes the template, or makes it anew when its shape has changed. `url` is a superuser's. */
export async function ensureBaseTemplate(url: string): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  try {
    // Serializes callers: the second one finds the template made.
    await admin`select pg_advisory_lock(hashtext(${BASE_TEMPLATE}))`;
    const wanted = await shapeFingerprint();
    const [found] = await admin<{ shape: string | null }[]>`
      select shobj_description(oid, 'pg_database') as shape from pg_database where datname = ${BASE_TEMPLATE}`;
    if (found?.shape === wanted) return;
    if (found) await admin`alter database ${admin(BASE_TEMPLATE)} is_template false`;
    await admin`drop database if exists ${admin(BASE_TEMPLATE)} with (force)`;
    await makeTemplate(admin, url);
    await admin.unsafe(`comment on database ${BASE_TEMPLATE} is '${wanted}'`);
  } finally {
    await admin.end();
  }
}

/**
 * The one database where the real pg_cron runs, empty again: whoever had it is thrown out. Its owner may schedule, as on the
 * hosted service. `url` is a superuser's.
 */
export async function renewCronDatabase(url: string): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await admin`drop database if exists ${admin(CRON_DATABASE)} with (force)`;
    await admin`create database ${admin(CRON_DATABASE)} template ${admin(BASE_TEMPLATE)} owner postgres`;
    await runIn(url, CRON_DATABASE, "drop schema cron cascade; create extension pg_cron");
    await runIn(
      url,
      CRON_DATABASE,
      `grant usage on schema cron to postgres; grant all on all tables in schema cron to postgres;
       grant execute on all functions in schema cron to postgres`,
    );
  } finally {
    await admin.end();
  }
}

/** Lets the project's owner create in the public schema of a database that was made before that role was. */
export async function giveToOwner(url: string, database: string): Promise<void> {
  await runIn(url, database, `alter database ${database} owner to postgres`);
}

async function makeTemplate(admin: postgres.Sql, url: string): Promise<void> {
  const name = `${BASE_TEMPLATE}_new`;
  await admin`drop database if exists ${admin(name)} with (force)`;
  await admin`create database ${admin(name)} template template0`;
  const { bootstrap, standIns, cronStandIn } = await shapeScripts();
  const installed = await admin`select from pg_available_extensions where name in ('pg_net', 'supabase_vault')`;
  await runIn(url, name, bootstrap);
  await runIn(
    url,
    name,
    installed.length === 2 ? INSTALLED_STAND_INS : standIns,
  );
  await runIn(url, name, STAND_IN_GRANTS);
  await runIn(url, name, cronStandIn);
  await runIn(url, name, "create extension pgtap with schema extensions");
  await admin`alter database ${admin(name)} owner to postgres`;
  await admin`alter database ${admin(name)} rename to ${admin(BASE_TEMPLATE)}`;
  await admin`alter database ${admin(BASE_TEMPLATE)} is_template true`;
}

async function runIn(url: string, database: string, statements: string): Promise<void> {
  const sql = postgres(withDatabase(url, database), { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statements);
  } finally {
    await sql.end();
  }
}
