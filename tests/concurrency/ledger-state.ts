import assert from "node:assert/strict";
import type postgres from "postgres";

/** Disagreements of the whole ledger; must be empty. */
export async function disagreements(sql: postgres.Sql): Promise<unknown[]> {
  return [...await sql`select problem, reference, expected::text, actual::text from public.ai_ledger_check`];
}

/**
 * Accounts and periods with a hard cap in which more was admitted than the cap: by what was held, where it was settled for more
 * (an overrun, which is alerted), and without what no admission decided (recovered). Must be empty.
 */
export async function overspent(sql: postgres.Sql): Promise<unknown[]> {
  return [
    ...await sql`
    select b.scope, a.account, p.period_start, sum(least(coalesce(h.settled, h.held), h.held))::text as spent, b.cap::text
    from public.ai_holds as h
    cross join lateral unnest(h.accounts) as a (account)
    join public.ai_budgets as b
      on b.org_id = h.org_id and b.hard and b.active and b.period <> 'request' and b.cap is not null
     and a.account = b.scope || ':' || case when b.scope = 'organization' then b.org_id::text else coalesce(b.scope_key, split_part(a.account, ':', 2)) end
    cross join lateral (
      select case b.period when 'day' then h.day when 'week' then h.week when 'month' then h.month end as period_start
    ) as p
    where h.status <> 'recovered'
    group by b.scope, b.id, a.account, p.period_start, b.cap
    having sum(least(coalesce(h.settled, h.held), h.held)) > b.cap`,
  ];
}

/**
 * The same at this very moment, by the counters and whatever happens meanwhile: settled plus held above the cap, by more than
 * overruns and recovered settlements explain. Must be empty.
 */
export async function overspentNow(sql: postgres.Sql, orgId: string): Promise<unknown[]> {
  return [
    ...await sql`
    select s.account, (s.month_settled + s.month_held)::text as used, b.cap::text
    from public.ai_budget_states as s
    join public.ai_budgets as b on b.org_id = s.org_id and b.scope = 'organization' and b.period = 'month'
    where s.org_id = ${orgId} and s.scope = 'organization'
      and s.month_settled + s.month_held > b.cap + coalesce((
        select sum(h.settled - h.held) from public.ai_holds as h
        where h.org_id = s.org_id and h.month = s.month and h.settled > h.held), 0)`,
  ];
}

/** Holds that are neither settled nor swept, and changes nobody booked; both must be zero when everything has ended. */
export async function unfinished(sql: postgres.Sql): Promise<{ held: number; unbooked: number }> {
  const [row] = await sql<{ held: number; unbooked: number }[]>`
    select (select count(*)::integer from public.ai_holds where status = 'held') as held,
           (select count(*)::integer from private.ai_unbooked_changes) as unbooked`;
  return row ?? { held: -1, unbooked: -1 };
}

/** Deadlocks the server has counted in the current database since it was made. */
async function deadlocks(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ deadlocks: number }[]>`
    select pg_stat_get_db_deadlocks(oid)::integer as deadlocks from pg_database where datname = current_database()`;
  return row?.deadlocks ?? -1;
}

/** Everything that must hold of a ledger at rest, in one assertion. */
export async function assertSound(sql: postgres.Sql, message: string): Promise<void> {
  assert.deepEqual(
    {
      disagreements: await disagreements(sql),
      overspent: await overspent(sql),
      unfinished: await unfinished(sql),
      deadlocks: await deadlocks(sql),
    },
    { disagreements: [], overspent: [], unfinished: { held: 0, unbooked: 0 }, deadlocks: 0 },
    message,
  );
}
