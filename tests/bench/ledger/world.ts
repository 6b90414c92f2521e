import { createDatabase, type TestDatabase } from "../../postgres/mod.ts";

/** A thousand organizations with the shipped policy and prices, one with an empty purse, one whose budget is split into eight counters, and the floor beside them. */
export interface World {
  database: TestDatabase;
  /** The price row a settlement names. */
  priceId: string;
  /** What an isolate knows of the one budget's route card from its second admission on. Null until somebody asked for one. */
  known: KnownCard | null;
}

/** A route card and its candidates, as an admission is told that they are known. */
export interface KnownCard {
  known_card: string;
  known_ranks: number[];
}

const MEMBER = "00000000-0000-4000-8000-0000000000a1";

/** Makes it, with every route card made: a benchmark is about requests, not about the first one. */
export async function makeWorld(): Promise<World> {
  const database = await createDatabase("bench_ledger");
  const { sql } = database;
  await sql.unsafe(await Deno.readTextFile(new URL("./floor.sql", import.meta.url)));
  await sql`insert into auth.users (id, email) values (${MEMBER}, 'bench@example.com')`;
  await sql`insert into public.organizations (id, name, slug)
    select ('00000000-0000-4000-8000-00000000' || n)::uuid, 'Bench ' || n, 'bench-' || n from generate_series(1000, 2001) as n`;
  await sql`insert into public.organization_members (org_id, user_id, role)
    select o.id, ${MEMBER}, 'owner' from public.organizations as o where o.slug like 'bench-%'`;
  await sql`update public.ai_budgets set cap = case when org_id = '00000000-0000-4000-8000-000000002000' then 0 else 100000000 end
    where org_id in (select o.id from public.organizations as o where o.slug like 'bench-%')`;
  await sql`update public.ai_budgets set counters = 8 where org_id = '00000000-0000-4000-8000-000000002001'`;
  const [price] = await sql<{ id: string }[]>`
    select id from public.ai_model_prices where model = 'gpt-4o-mini' and effective_to is null and org_id is null`;
  return { database, priceId: price?.id ?? "", known: null };
}

/** The card by which the one budget's requests are decided. */
export async function readCard({ sql }: TestDatabase): Promise<KnownCard | null> {
  const [card] = await sql<KnownCard[]>`
    select c.id as known_card, array(select m.rank from unnest(c.models) as m) as known_ranks
    from private.route_cards as c where c.org_id = '00000000-0000-4000-8000-000000001000'`;
  return card ?? null;
}

/** What is in the ledger afterwards: a figure of requests that are not in it would be worthless. */
export async function readLedger({ sql }: TestDatabase) {
  await sql.unsafe("vacuum analyze public.ai_call_logs");
  const [counts] = await sql<{ settled: number; held: number; calls: number; refused: number; wrong: number }[]>`
    select (select count(*)::integer from public.ai_holds where status = 'settled') as settled,
           (select count(*)::integer from public.ai_holds where status = 'held') as held,
           (select count(*)::integer from public.ai_call_logs) as calls,
           (select count(*)::integer from public.ai_request_logs where status = 'refused') as refused,
           (select count(*)::integer from public.ai_ledger_check) as wrong`;
  const [size] = await sql<{ heap: number; indexes: number }[]>`
    select sum(pg_table_size(p.relid))::float8 as heap, sum(pg_indexes_size(p.relid))::float8 as indexes
    from pg_partition_tree('public.ai_call_logs') as p where p.isleaf`;
  const per = (bytes: number | undefined) => Math.round((bytes ?? 0) / (counts?.calls ?? 1));
  return {
    ...counts,
    bytes_per_call: per((size?.heap ?? 0) + (size?.indexes ?? 0)),
    of_which_indexes: per(size?.indexes),
  };
}
