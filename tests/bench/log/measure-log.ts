import type postgres from "postgres";
import type { Log } from "./make-log.ts";

/** One log's figures. Times are in milliseconds, medians where something is done more than once. */
export interface Figures {
  bytes_per_call: number;
  bytes_per_request: number;
  roll_up_5_minutes_ms: number;
  roll_up_1_hour_ms: number;
  refresh_months_ms: number;
  ledger_check_ms: number;
  /** Rows of {@linkcode Figures.ledger_check_ms}: must be 0. */
  wrong: number;
  /** Dropping what is older than 35 days: both logs' partitions, and the holds of closed days. */
  drop_partitions_ms: number;
  dropped_rows: number;
  purge_holds_ms: number;
  purged_holds: number;
}

/** Requests of five minutes and of an hour at 10 M in 120 days. */
const FIVE_MINUTES = 289;
const ONE_HOUR = 3_472;
const ROUNDS = 5;

/** Measures a log as cron left it. Retention comes last: it takes two months away for good. */
export async function measureLog(log: Log): Promise<Figures> {
  const { sql } = log;
  const sizes = {
    bytes_per_call: await bytesPerRow(sql, "ai_call_logs"),
    bytes_per_request: await bytesPerRow(sql, "ai_request_logs"),
  };
  // The first time also pays for what the log's making left to do.
  await rollUp(log, FIVE_MINUTES);
  await sql`select private.refresh_usage_months()`;
  const five: number[] = [];
  const hour: number[] = [];
  const refresh: number[] = [];
  const check: number[] = [];
  let wrong = 0;
  for (let round = 0; round < ROUNDS; round++) {
    five.push(await rollUp(log, FIVE_MINUTES));
    hour.push(await rollUp(log, ONE_HOUR));
    refresh.push(await timed(() => sql`select private.refresh_usage_months()`));
  }
  for (let round = 0; round < ROUNDS; round++) {
    check.push(
      await timed(async () => {
        wrong += (await sql`select * from public.ai_ledger_check`).length;
      }),
    );
  }
  return {
    ...sizes,
    roll_up_5_minutes_ms: median(five),
    roll_up_1_hour_ms: median(hour),
    refresh_months_ms: median(refresh),
    ledger_check_ms: median(check),
    wrong,
    ...await retain(sql),
  };
}

async function rollUp(log: Log, count: number): Promise<number> {
  await log.add(count);
  let rolled = 0;
  const time = await timed(async () => {
    rolled = Number((await log.sql<{ rolled: string }[]>`select private.roll_up() as rolled`)[0]?.rolled);
  });
  // The mark stops below the oldest transaction that writes, of whichever database of the server.
  if (rolled < count) throw new Error(`Cannot measure: ${rolled} of ${count} were rolled up while others write here`);
  return time;
}

/** Heap, TOAST and indexes of all partitions. */
async function bytesPerRow(sql: postgres.Sql, table: string): Promise<number> {
  const [row] = await sql<{ bytes: string; rows: string }[]>`
    select sum(pg_total_relation_size(inhrelid)) as bytes, sum((select reltuples from pg_class where oid = inhrelid)) as rows
    from pg_inherits where inhparent = ${`public.${table}`}::regclass`;
  return Math.round(Number(row?.bytes) / Number(row?.rows));
}

/** 35 days of retention, the least there is, as cron would carry it out at night. */
async function retain(sql: postgres.Sql) {
  const rows = async () =>
    Number(
      (await sql<{ rows: string }[]>`
        select sum(c.reltuples)::bigint as rows from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
        where i.inhparent in ('public.ai_request_logs'::regclass, 'public.ai_call_logs'::regclass) and c.reltuples > 0`)[
        0
      ]
        ?.rows,
    );
  await sql`insert into public.ai_settings (key, value) values ('ai.log.retention_days', '35')`;
  const before = await rows();
  const drop_partitions_ms = await timed(() => sql`select private.drop_old_log_partitions()`);
  const dropped_rows = before - await rows();
  let purged_holds = 0;
  const purge_holds_ms = await timed(async () => {
    for (let purged = 1; purged > 0; purged_holds += purged) {
      purged = (await sql<{ purged: number }[]>`select private.purge_holds() as purged`)[0]?.purged ?? 0;
    }
  });
  return { drop_partitions_ms, dropped_rows, purge_holds_ms, purged_holds };
}

async function timed(run: () => PromiseLike<unknown>): Promise<number> {
  const before = performance.now();
  await run();
  return Number((performance.now() - before).toFixed(2));
}

function median(times: number[]): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
