import postgres from "postgres";
import { createDatabase, serverUrl, withDatabase } from "../../postgres/mod.ts";

/** A database with a log in it. */
export interface Log {
  sql: postgres.Sql;
  rows: number;
  /** Adds requests of this moment, settled by a transaction of this moment. */
  add(count: number): Promise<void>;
  /** Ends the connection; deletes the database unless it is kept. */
  close(): Promise<void>;
}

/** Seconds each phase of making a log took. */
export type Phases = Record<"rows" | "counters" | "vacuum" | "roll_up" | "close_days", number>;

/** What a session that writes millions of rows is given; nothing here is written twice, so a crash loses nothing. */
const GENEROUS = "set synchronous_commit = off; set maintenance_work_mem = '512MB'; set work_mem = '128MB'";

/**
 * A migrated database whose log holds so many requests of 120 days, each with one call, hold and its share of the counters, rolled up, with
 * its days closed, as cron leaves them. `keepAs` gives it a name and keeps it; one of that name from before is deleted.
 */
export async function makeLog(rows: number, keepAs?: string): Promise<{ log: Log; phases: Phases }> {
  const database = await createDatabase("bench_log");
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await sql.unsafe(await Deno.readTextFile(new URL("./log-data.sql", import.meta.url)));
  await sql`insert into public.bench_log (size, ends_at, next) values (${rows}, now(), ${rows})`;
  await sql.unsafe(GENEROUS);
  const phases = {
    rows: await seconds(() => fill(database.url)),
    counters: await seconds(() => sql`select public.bench_count()`),
    vacuum: await seconds(() => sql.unsafe("vacuum analyze")),
    roll_up: await seconds(() => sql`select private.roll_up()`),
    close_days: await seconds(async () => {
      while ((await sql<{ closed: number }[]>`select private.close_ledger_days() as closed`)[0]?.closed);
    }),
  };
  if (keepAs === undefined) {
    return { log: { ...logIn(sql, rows), close: () => sql.end().then(() => database.drop()) }, phases };
  }
  await Promise.all([sql.end(), database.sql.end()]);
  await rename(new URL(database.url).pathname.slice(1), keepAs);
  return { log: await openLog(keepAs), phases };
}

/** A log that {@linkcode makeLog} made and kept. */
export async function openLog(name: string): Promise<Log> {
  const sql = postgres(withDatabase(serverUrl(), name), { max: 1, onnotice: () => {} });
  const [made] = await sql<{ size: string }[]>`select size from public.bench_log`;
  return logIn(sql, Number(made?.size));
}

function logIn(sql: postgres.Sql, rows: number): Log {
  return {
    sql,
    rows,
    async add(count) {
      await sql`call public.bench_add(${count})`;
    },
    close: () => sql.end(),
  };
}

/** The three large tables, by two sessions: requests beside calls and holds. */
async function fill(url: string): Promise<void> {
  const session = async (...calls: string[]) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    await sql.unsafe(GENEROUS);
    for (const call of calls) await sql.unsafe(`call ${call}`);
    await sql.end();
  };
  await Promise.all([
    session("public.bench_fill_log('ai_request_logs')"),
    session("public.bench_fill_log('ai_call_logs')", "public.bench_fill_holds()"),
  ]);
}

async function rename(from: string, to: string): Promise<void> {
  const admin = postgres(serverUrl(), { max: 1, onnotice: () => {} });
  await admin`drop database if exists ${admin(to)} with (force)`;
  await admin`alter database ${admin(from)} rename to ${admin(to)}`;
  await admin.end();
}

async function seconds(run: () => PromiseLike<unknown>): Promise<number> {
  const before = performance.now();
  await run();
  return Number(((performance.now() - before) / 1000).toFixed(1));
}
