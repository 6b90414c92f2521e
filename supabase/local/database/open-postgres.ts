import postgres from "postgres";
import { type Database, quoteIdentifier, quoteLiteral } from "./database.ts";
import { readMarker } from "./marker.ts";
import { PostgresDatabase } from "./postgres-database.ts";
import { prepareDatabase } from "./prepare-database.ts";

/** Thrown when a server cannot be used, with a message for whoever set DATABASE_URL. */
export class DatabaseUnusableError extends Error {}

/** A prepared server, and the URL under which the Data API connects to it. */
export interface OpenedPostgres {
  database: Database;
  dataApiUrl: string;
  close(): Promise<void>;
}

/**
 * Connects to a server, makes sure that it is empty or ours, and prepares it when it is new.
 * @param dataApiPassword The password that the Data API's own role gets.
 * @throws {DatabaseUnusableError}
 */
export async function openPostgres(url: string, dataApiPassword: string): Promise<OpenedPostgres> {
  await using opened = new AsyncDisposableStack();
  try {
    const database = await PostgresDatabase.open(url);
    opened.defer(() => database.close());
    const claim = await claimDatabase(url);
    opened.defer(() => claim.release());
    await refuseForeign(database);
    await prepareDatabase(database);
    const dataApiUrl = await dataApiLogin(database, url, dataApiPassword);
    const kept = opened.move();
    return { database, dataApiUrl, close: () => kept.disposeAsync() };
  } catch (error) {
    if (error instanceof DatabaseUnusableError) throw error;
    const reasons = [];
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) reasons.push(cause.message);
    throw new DatabaseUnusableError(`Cannot use DATABASE_URL: ${reasons.join(": ")}`, { cause: error });
  }
}

/** Keeps every other stack off the database until released, or until this process ends: it would run each job twice. */
async function claimDatabase(url: string): Promise<{ release(): Promise<void> }> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const release = () => sql.end({ timeout: 0 });
  const [row] = await sql`select pg_try_advisory_lock(hashtext('signalbox_local')) as got`;
  if (row?.["got"] === true) return { release };
  await release();
  throw new DatabaseUnusableError("Cannot use DATABASE_URL: another stack is running on that database");
}

/** The database may be somebody's real project. */
async function refuseForeign(database: Database): Promise<void> {
  if (await readMarker(database) !== "none") return;
  const found = await database.query<{ name: string }>(
    `select n.nspname || '.' || o.name as name
     from (
       select oid, relnamespace as schema, relname as name, 'pg_class'::regclass as catalog
       from pg_class where relkind in ('r', 'v', 'm', 'p', 'f', 'S')
       union all
       select oid, pronamespace, proname, 'pg_proc'::regclass from pg_proc
     ) as o
     join pg_namespace as n on n.oid = o.schema
     where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
       and not exists (
         select from pg_depend as d where d.classid = o.catalog and d.objid = o.oid and d.deptype = 'e'
       )
     order by 1 limit 3`,
  );
  if (found.length === 0) return;
  const names = found.map(({ name }) => name).join(", ");
  throw new DatabaseUnusableError(
    `Cannot use DATABASE_URL: that database is not empty (${names}) and no stack of ours made it. Name an empty one`,
  );
}

/**
 * Gives the Data API a login of its own: it may become each API role and keep users and objects, and owns nothing, so
 * what a migration did not grant stays refused. The role belongs to one database, since roles are the whole server's.
 */
async function dataApiLogin(database: Database, url: string, password: string): Promise<string> {
  const [row] = await database.query<{ name: string }>("select current_database() as name");
  const login = `${row?.name ?? ""}_data_api`.slice(-63);
  const role = quoteIdentifier(login);
  const [known] = await database.query("select from pg_roles where rolname = $1", [login]);
  await database.script(`
    ${known === undefined ? "create" : "alter"} role ${role} login inherit bypassrls password ${quoteLiteral(password)};
    grant anon, authenticated, service_role to ${role} with inherit true, set true;
    grant usage on schema auth, storage to ${role};
    grant all on all tables in schema auth, storage to ${role};
    alter role ${role} set search_path = "$user", public, extensions;`);
  const dataApiUrl = new URL(url);
  dataApiUrl.username = encodeURIComponent(login);
  dataApiUrl.password = encodeURIComponent(password);
  return dataApiUrl.href;
}
