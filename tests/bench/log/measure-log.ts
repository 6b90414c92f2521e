import type postgres from "postgres";
import type { Log } from "./make-log.ts";

/** One log's figures. Times are medians in milliseconds. */
export interface Figures {
  bytes_per_call: number;
  bytes_per_request: number;
  backfill_ms: number;
  roll_up_5_minutes_ms: number;
  roll_up_1_hour_ms: number;
  refresh_months_ms: number;
  ledger_check_ms: number;
  drop_month_ms: number;
  dropped_rows: number;
}

/** Requests of five minutes and of an hour at 10 M in 90 days. */
const FIVE_MINUTES = 385;
const ONE_HOUR = 4_629;
/** Measures a log that nothing was rolled up of yet. */
export async function measureLog(log: Log): Promise<Figures> {
  const { sql } = log;
  const sizes = {
    bytes_per_call: await bytesPerRow(sql, "ai_call_logs"),
    bytes_per_request: await bytesPerRow(sql, "ai_request_logs"),
  };
  const backfill_ms = await timed(() => sql`select private.roll_up()`);
  await sql`select private.refresh_usage_months()`;
  const five: number[] = [];
  const hour: number[] = [];
  const refresh: number[] = [];
  for (let round = 0; round < 5; round++) {
    five.push(await rollUp(log, FIVE_MINUTES));
    hour.push(await rollUp(log, ONE_HOUR));
    refresh.push(await timed(() => sql`select private.refresh_usage_months()`));
  }
  const check: number[] = [];
  for (let round = 0; round < 5; round++) check.push(await timed(() => sql`select * from public.ai_ledger_check`));
  return {
    ...sizes,
    backfill_ms,
    roll_up_5_minutes_ms: median(five),
    roll_up_1_hour_ms: median(hour),
    refresh_months_ms: median(refresh),
    ledger_check_ms: median(check),
    ...await dropOldestMonth(sql),
  };
}

async function rollUp(log: Log, count: number): Promise<number> {
  await log.add(count);
  return await timed(() => log.sql`select private.roll_up()`);
}

/** Heap, TOAST and indexes of all partitions. */
async function bytesPerRow(sql: postgres.Sql, table: string): Promise<number> {
  const [row] = await sql<{ bytes: string; rows: string }[]>`
    select sum(pg_total_relation_size(inhrelid)) as bytes, sum((select reltuples from pg_class where oid = inhrelid)) as rows
    from pg_inherits where inhparent = ${`public.${table}`}::regclass`;
  return Math.round(Number(row?.bytes) / Number(row?.rows));
}

/** The oldest month's calls, the way retention takes them away. */
async function dropOldestMonth(sql: postgres.Sql): Promise<{ drop_month_ms: number; dropped_rows: number }> {
  const [oldest] = await sql<{ name: string; rows: string }[]>`
    select c.oid::regclass::text as name, c.reltuples as rows
    from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = 'public.ai_call_logs'::regclass and c.reltuples > 0 order by c.relname limit 1`;
  if (oldest === undefined) throw new Error("Cannot drop a month: the log is empty");
  const drop_month_ms = await timed(() => sql.unsafe(`drop table ${oldest.name}`));
  return { drop_month_ms, dropped_rows: Math.round(Number(oldest.rows)) };
}

async function timed(run: () => PromiseLike<unknown>): Promise<number> {
  const before = performance.now();
  await run();
  return Number((performance.now() - before).toFixed(2));
}

function median(times: number[]): number {
  return quantile(times, 0.5);
}

function quantile(times: number[], share: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
