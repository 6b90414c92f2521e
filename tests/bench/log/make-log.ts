import type postgres from "postgres";
import { createDatabase } from "../../postgres/mod.ts";

/** A database with a log in it. */
export interface Log {
  sql: postgres.Sql;
  rows: number;
  rowsPerSecond: number;
  /** Adds requests of this moment, settled by a transaction of this moment. */
  add(count: number): Promise<void>;
  drop(): Promise<void>;
}

/** A migrated database whose log holds so many requests of 90 days, each with one call, hold and its share of the counters. */
export async function makeLog(rows: number): Promise<Log> {
  const database = await createDatabase("bench_log");
  const { sql } = database;
  await sql.unsafe(await Deno.readTextFile(new URL("./log-data.sql", import.meta.url)));
  const started = performance.now();
  // A log is not written to twice: what a crash would lose here is made again.
  await sql.unsafe("set synchronous_commit = off");
  await sql.unsafe(`call public.bench_fill(0, ${rows - 1}, ${rows})`);
  const rowsPerSecond = Math.round(rows / ((performance.now() - started) / 1000));
  await sql`select public.bench_count()`;
  await sql.unsafe("vacuum analyze");
  // As cron has done day by day.
  while ((await sql<{ closed: number }[]>`select private.close_ledger_days() as closed`)[0]?.closed);
  let size = rows;
  return {
    sql,
    rows,
    rowsPerSecond,
    async add(count) {
      await sql.unsafe(`do $$ begin
        call public.bench_fill(${size}, ${size + count - 1}, ${rows}, pg_current_xact_id()::text::bigint);
      end $$`);
      size += count;
    },
    drop: () => database.drop(),
  };
}
