import postgres from "postgres";
import { serverUrl, withDatabase } from "../../postgres/mod.ts";

/** An organization with one virtual key, for a benchmark. */
export interface Tenant {
  key: string;
  orgId: string;
}

/** Makes an organization with a large hard budget: the hot row every request goes through. */
export async function makeTenant(databaseUrl: string): Promise<Tenant> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const orgId = crypto.randomUUID();
    await sql`insert into public.organizations (id, name, slug) values (${orgId}, 'Bench', ${`bench-${
      orgId.slice(0, 8)
    }`})`;
    const budgets = await sql`select from public.ai_budgets where org_id = ${orgId} and scope = 'organization'`;
    if (budgets.length === 0) {
      await sql`insert into public.ai_budgets (org_id, scope, period, cap, hard) values (${orgId}, 'organization', 'month', 1000000, true)`;
    } else await sql`update public.ai_budgets set cap = 1000000 where org_id = ${orgId}`;
    const [made] = await sql<{ key: string }[]>`select public.create_ai_key(${orgId}, 'bench') ->> 'key' as key`;
    return { key: made?.key ?? "", orgId };
  } finally {
    await sql.end();
  }
}

/** What is in the log, to compare with what was sent: an unlogged answer would make every figure worthless. */
export async function readLedger(databaseUrl: string, orgId: string) {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    for (let round = 0; round < 400; round++) {
      const held = await sql`select from public.ai_holds where org_id = ${orgId} and status = 'held' limit 1`;
      if (held.length === 0) break;
      await new Promise((done) => setTimeout(done, 25));
    }
    const [row] = await sql<{ requests: number; calls: number; held: number; wrong: number }[]>`
      select (select count(*)::integer from public.ai_request_logs where org_id = ${orgId} and status = 'succeeded') as requests,
             (select count(*)::integer from public.ai_call_logs where org_id = ${orgId}) as calls,
             (select count(*)::integer from public.ai_holds where org_id = ${orgId} and status = 'held') as held,
             (select count(*)::integer from public.ai_ledger_check where org_id = ${orgId}) as wrong`;
    return row ?? null;
  } finally {
    await sql.end();
  }
}

/** A database with nothing in it at all, which the local stack then makes its own. */
export async function createPlainDatabase(
  subject: string,
  name = `test_${subject}_${Deno.pid}`,
): Promise<PlainDatabase> {
  const asAdmin = async (statement: string) => {
    const sql = postgres(serverUrl(), { max: 1, onnotice: () => {} });
    await sql.unsafe(statement);
    await sql.end();
  };
  await asAdmin(`create database ${name} template template0`);
  return { ...keptDatabase(name), drop: () => asAdmin(`drop database if exists ${name} with (force)`) };
}

/** A database of a run before, which is left as it is. */
export function keptDatabase(name: string): PlainDatabase {
  return { url: withDatabase(serverUrl(), name), drop: () => Promise.resolve() };
}

/** A database of a benchmark. */
export interface PlainDatabase {
  url: string;
  drop(): Promise<void>;
}
