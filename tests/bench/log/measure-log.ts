import type postgres from "postgres";
import { actAs } from "../../postgres/act-as.ts";
import { ASKED_ORG, ASKING_ADMIN, type Log } from "./make-log.ts";

/** One log's figures. Times are medians in milliseconds unless they say p95. */
export interface Figures {
  bytes_per_call: number;
  bytes_per_request: number;
  backfill_ms: number;
  roll_up_5_minutes_ms: number;
  roll_up_1_hour_ms: number;
  refresh_views_ms: number;
  ledger_check_ms: number;
  queries: Record<string, { p50_ms: number; p95_ms: number }>;
  drop_month_ms: number;
  dropped_rows: number;
}

/** Requests of five minutes and of an hour at 10 M in 90 days. */
const FIVE_MINUTES = 385;
const ONE_HOUR = 4_629;
const ROUNDS = 30;

const queries: Record<string, string> = {
  summary_30_days: `select * from public.ai_usage_summary('${ASKED_ORG}', current_date - 29, current_date)`,
  series_by_model_30_days: `select public.ai_usage_series('${ASKED_ORG}', current_date - 29, current_date, 'model')`,
  breakdown_by_task_90_days:
    `select * from public.ai_usage_breakdown('${ASKED_ORG}', current_date - 89, current_date, 'task')`,
  latest_50_requests:
    `select * from public.ai_request_logs where org_id = '${ASKED_ORG}' order by created_at desc limit 50`,
  calls_of_a_request: `select * from public.ai_call_logs where org_id = '${ASKED_ORG}' and request_id =
    (select id from public.ai_request_logs where org_id = '${ASKED_ORG}' order by created_at desc limit 1)
    and created_at > now() - interval '1 hour'`,
  budget_status: `select * from public.ai_budget_status where org_id = '${ASKED_ORG}'`,
  usage_daily_30_days: `select * from public.ai_usage_daily where org_id = '${ASKED_ORG}' and day > current_date - 30`,
  model_performance: `select * from public.ai_model_performance where org_id = '${ASKED_ORG}'`,
  confidence_histogram: `select * from public.ai_confidence_histogram where org_id = '${ASKED_ORG}'`,
};

/** Measures a log that nothing was rolled up of yet. */
export async function measureLog(log: Log): Promise<Figures> {
  const { sql } = log;
  const backfill_ms = await timed(() => sql`select private.roll_up()`);
  await sql`select private.refresh_usage_views()`;
  const five: number[] = [];
  const hour: number[] = [];
  const refresh: number[] = [];
  for (let round = 0; round < 5; round++) {
    five.push(await rollUp(log, FIVE_MINUTES));
    hour.push(await rollUp(log, ONE_HOUR));
    refresh.push(await timed(() => sql`select private.refresh_usage_views()`));
  }
  const check: number[] = [];
  for (let round = 0; round < 5; round++) check.push(await timed(() => sql`select * from public.ai_ledger_check`));
  const asked: Figures["queries"] = {};
  for (const [name, query] of Object.entries(queries)) asked[name] = await askedAsAdmin(sql, query);
  return {
    bytes_per_call: await bytesPerRow(sql, "ai_call_logs"),
    bytes_per_request: await bytesPerRow(sql, "ai_request_logs"),
    backfill_ms,
    roll_up_5_minutes_ms: median(five),
    roll_up_1_hour_ms: median(hour),
    refresh_views_ms: median(refresh),
    ledger_check_ms: median(check),
    queries: asked,
    ...await dropOldestMonth(sql),
  };
}

async function rollUp(log: Log, count: number): Promise<number> {
  await log.add(count);
  return await timed(() => log.sql`select private.roll_up()`);
}

async function askedAsAdmin(sql: postgres.Sql, query: string): Promise<{ p50_ms: number; p95_ms: number }> {
  const admin = { role: "authenticated", claims: { sub: ASKING_ADMIN, role: "authenticated" } } as const;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await actAs(sql, admin, async (transaction) => {
      times.push(await timed(() => transaction.unsafe(query)));
    });
  }
  return { p50_ms: quantile(times, 0.5), p95_ms: quantile(times, 0.95) };
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
