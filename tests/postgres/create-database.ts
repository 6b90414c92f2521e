import postgres from "postgres";
import { BASE_TEMPLATE, ensureBaseTemplate, shapeFingerprint } from "./base-template.ts";
import { withDatabase, withRole } from "./connection-string.ts";
import { applyMigrations, fingerprint, type Migration, readMigrations } from "./migrations.ts";

/** A migrated database of its own for one test file. */
export interface TestDatabase {
  /** Connection string of the owner, for tools and further connections. */
  url: string;
  /** A small pool as the owner, without superuser rights where the server allows it. */
  sql: postgres.Sql;
  /** Ends the pool and deletes the database, ending whatever else is connected to it. */
  drop: () => Promise<void>;
}

/** The server's connection string, as `DATABASE_URL` gives it. Throws when it is not set. */
export function serverUrl(): string {
  const url = Deno.env.get("DATABASE_URL");
  if (!url) throw new Error("Cannot reach a Postgres: DATABASE_URL is not set (deno task postgres prints one)");
  return url;
}

/**
 * A fresh migrated database, cloned from a template in a fraction of a second. The template is made by the first caller after
 * any migration changed. `subject` (lowercase, underscores) only helps to recognise the database.
 */
export function createDatabase(subject: string): Promise<TestDatabase> {
  return cloneDatabase(subject, ensureMigratedTemplate);
}

/** A fresh database with the shape of a hosted project and no migration in it. */
export function createEmptyDatabase(subject: string): Promise<TestDatabase> {
  return cloneDatabase(subject, () => Promise.resolve(BASE_TEMPLATE));
}

async function cloneDatabase(
  subject: string,
  template: (admin: postgres.Sql, owner: string) => Promise<string>,
): Promise<TestDatabase> {
  const admin = postgres(serverUrl(), { max: 1, onnotice: () => {} });
  try {
    const owner = await ownerConnection(admin);
    const source = await template(admin, owner);
    const name = `test_${subject}_${Deno.pid}_${++created}`;
    await admin`drop database if exists ${admin(name)} with (force)`;
    await admin`create database ${admin(name)} template ${admin(source)} owner postgres`;
    const url = withDatabase(owner, name);
    const sql = postgres(url, { max: 4, onnotice: () => {} });
    return { url, sql, drop: () => dropDatabase(sql, name) };
  } finally {
    await admin.end();
  }
}

let created = 0;

async function dropDatabase(sql: postgres.Sql, name: string): Promise<void> {
  await sql.end({ timeout: 1 });
  const admin = postgres(serverUrl(), { max: 1, onnotice: () => {} });
  try {
    await admin`drop database if exists ${admin(name)} with (force)`;
  } finally {
    await admin.end();
  }
}

/** A superuser's login acts as `postgres` where that role exists without superuser rights; any other login is used as it is. */
async function ownerConnection(admin: postgres.Sql): Promise<string> {
  const [base] = await admin`select from pg_database where datname = ${BASE_TEMPLATE} and datistemplate`;
  if (!base) await ensureBaseTemplate(serverUrl());
  const [login] = await admin<{ superuser: boolean; postgres_is: boolean }[]>`
    select rolsuper as superuser, (select rolsuper from pg_roles where rolname = 'postgres') as postgres_is
    from pg_roles where rolname = current_user`;
  return login?.superuser && !login.postgres_is ? withRole(serverUrl(), "postgres") : serverUrl();
}

async function ensureMigratedTemplate(admin: postgres.Sql, owner: string): Promise<string> {
  const migrations = await readMigrations();
  const shape = await shapeFingerprint();
  const name = `signalbox_${fingerprint([shape, ...migrations.flatMap((each) => [each.name, each.statements])])}`;
  await admin`select pg_advisory_lock(hashtext(${name}))`;
  const [found] = await admin`select from pg_database where datname = ${name}`;
  if (!found) {
    await makeMigratedTemplate(admin, owner, name, migrations);
    await dropOldTemplates(admin);
  }
  await admin`select pg_advisory_unlock(hashtext(${name}))`;
  return name;
}

/** Appears under its name only when every migration has run; a half-made one is dropped. */
async function makeMigratedTemplate(
  admin: postgres.Sql,
  owner: string,
  name: string,
  migrations: Migration[],
): Promise<void> {
  const partial = `${name}_new`;
  await admin`drop database if exists ${admin(partial)} with (force)`;
  await admin`create database ${admin(partial)} template ${admin(BASE_TEMPLATE)} owner postgres`;
  const sql = postgres(withDatabase(owner, partial), { max: 1, onnotice: () => {} });
  try {
    await applyMigrations((statements) => sql.unsafe(statements), migrations);
  } catch (error) {
    await sql.end();
    await admin`drop database ${admin(partial)} with (force)`;
    throw error;
  }
  await sql.end();
  await admin`alter database ${admin(partial)} rename to ${admin(name)}`;
  await admin`alter database ${admin(name)} is_template true`;
}

/** Templates of older migrations: a few stay, because checkouts of other commits may share the server. */
async function dropOldTemplates(admin: postgres.Sql): Promise<void> {
  const old = await admin<{ datname: string }[]>`
    select datname from pg_database where datname ~ '^signalbox_[0-9a-f]{10}$' order by oid desc offset 4`;
  for (const { datname } of old) {
    await admin`alter database ${admin(datname)} is_template false`;
    // Somebody may be copying it right now; it goes the next time.
    await admin`drop database ${admin(datname)}`.catch(() => {});
  }
}
