import postgres from "postgres";
import { createDatabase, type TestDatabase } from "../postgres/mod.ts";
import { CONNECTIONS } from "./size.ts";

/** What `ai_admit` answers, as far as these tests look at it. */
export interface Admission {
  outcome: "admitted" | "cached" | "replayed" | "refused";
  code?: string;
  retry_after_ms?: number | null;
  request_id?: string;
  plan?: { candidates: { provider: string; breaker: string; worst_cost_usd: string }[]; hold_usd: string };
}

/** What `ai_settle` answers. */
export interface Settled {
  settled: boolean;
  duplicate?: boolean;
  cost_usd: string;
}

/** An organization in dollars and UTC with one task, so that sums can be read by eye: input 1,000 and output 2,000 dollars per million tokens. */
export interface LedgerWorld {
  database: TestDatabase;
  /** {@linkcode CONNECTIONS} connections. */
  crowd: postgres.Sql;
  orgId: string;
  close: () => Promise<void>;
}

/** The task's prices, US dollars a token. */
const INPUT_USD = 0.001;
const OUTPUT_USD = 0.002;
const PRICE_ID = "00000000-0000-4000-8000-0000000000f1";

/** A migrated database with the world in it. `subject` only helps to recognise the database. */
export async function openLedgerWorld(subject: string): Promise<LedgerWorld> {
  const database = await createDatabase(subject);
  const crowd = postgres(database.url, { max: CONNECTIONS, onnotice: () => {} });
  await database.sql.unsafe(`
    insert into public.ai_tasks (slug, title, description, operation, has_rules, streams, base_tier)
    values ('crowd', 'Crowd', 'A task for the concurrency tests', 'chat', true, true, 'small');
    insert into public.ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible'), ('bolt', 'Bolt', 'openai_compatible');
    insert into public.ai_models (provider, model, tier, context_window, max_output_tokens)
    values ('acme', 'acme-s', 'small', 1000000, 100000), ('bolt', 'bolt-s', 'small', 1000000, 100000);
    insert into public.ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
    values ('${PRICE_ID}', 'acme', 'acme-s', '2026-01-01', ${INPUT_USD * 1e6}, ${
    OUTPUT_USD * 1e6
  }, 'https://acme.test/prices', '2026-01-01'),
      (gen_random_uuid(), 'bolt', 'bolt-s', '2026-01-01', ${INPUT_USD * 1e6}, ${
    OUTPUT_USD * 1e6
  }, 'https://bolt.test/prices', '2026-01-01');
    insert into public.ai_policies (task, version, status, tiers, base_tier, max_tier)
    values ('crowd', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}]}', 'small', 'small');
    insert into public.ai_settings (key, value) values ('ai.budget.soft.percent', '100');`);
  const orgId = await addOrganization(database.sql, subject);
  return {
    database,
    crowd,
    orgId,
    close: async () => {
      await crowd.end({ timeout: 1 });
      await database.drop();
    },
  };
}

/** One more organization of the same kind, without a cap on its month. */
export async function addOrganization(sql: postgres.Sql, name: string): Promise<string> {
  const [organization] = await sql<{ id: string }[]>`
    insert into public.organizations (name, slug, currency, time_zone) values (${name}, ${
    name.replaceAll("_", "-")
  }, 'USD', 'UTC') returning id`;
  if (!organization) throw new Error(`Cannot add the organization ${name}: nothing was returned`);
  await sql`update public.ai_budgets set cap = 1000000 where org_id = ${organization.id}`;
  return organization.id;
}

/** A request's id: a number of the test, readable in the ledger. */
export function requestId(number: number): string {
  return `10000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

/** A request by the secret key whose upper bound is `tokens` of input. */
export function admissionRequest(orgId: string, number: number, tokens: number, more: Record<string, unknown> = {}) {
  return {
    request_id: requestId(number),
    org_id: orgId,
    user_id: null,
    service: true,
    task: "crowd",
    operation: "chat",
    importance: "medium",
    cost_sensitivity: "medium",
    cache: "off",
    input_tokens: tokens,
    prompt_tokens: 0,
    prompt: { key: "crowd", version: 1 },
    max_output_tokens: 0,
    needs: [],
    providers: ["acme", "bolt"],
    deadline_ms: 30_000,
    output_settings: {},
    ...more,
  };
}

/** A settlement of one call that used `tokens` of input; null = nobody knows how many. */
export function settlement(orgId: string, number: number, tokens: number | null, more: Record<string, unknown> = {}) {
  return {
    request_id: requestId(number),
    org_id: orgId,
    task: "crowd",
    user_id: null,
    calls: [{
      attempt: 1,
      purpose: "answer",
      provider: "acme",
      request_model: "acme-s",
      price_id: PRICE_ID,
      input_tokens: tokens,
      output_tokens: tokens === null ? null : 0,
      usage_source: "provider",
      latency_ms: 5,
      stand_in: true,
    }],
    outcome: {
      status: "succeeded",
      tier: "small",
      provider: "acme",
      model: "acme-s",
      latency_ms: 5,
      action: "use_ai_result",
    },
    answer: null,
    cacheable: false,
    ...more,
  };
}

type Parameter = Parameters<postgres.Sql["json"]>[0];

/** `ai_admit` at the given moment; null = now. */
export async function admit(sql: postgres.ISql, request: object, at: Date | null = null): Promise<Admission> {
  const [row] = await sql<{ answer: Admission }[]>`
    select public.ai_admit(${sql.json(request as Parameter)}) as answer
    where set_config('signalbox.now', ${at?.toISOString() ?? ""}, true) is not null`;
  if (!row) throw new Error("Cannot admit: no answer");
  return row.answer;
}

/** `ai_settle` at the given moment; null = now. */
export async function settle(sql: postgres.Sql, settled: object, at: Date | null = null): Promise<Settled> {
  const [row] = await sql<{ answer: Settled }[]>`
    select public.ai_settle(${sql.json(settled as Parameter)}) as answer
    where set_config('signalbox.now', ${at?.toISOString() ?? ""}, true) is not null`;
  if (!row) throw new Error("Cannot settle: no answer");
  return row.answer;
}

/** `ai_extend` at the given moment; null = now. */
export async function extend(
  sql: postgres.Sql,
  extension: { orgId: string; number: number; amountUsd: number },
  at: Date | null = null,
): Promise<{ granted: boolean }> {
  const { orgId, number, amountUsd } = extension;
  const [row] = await sql<{ answer: { granted: boolean } }[]>`
    select public.ai_extend(${orgId}, ${requestId(number)}, ${amountUsd}) as answer
    where set_config('signalbox.now', ${at?.toISOString() ?? ""}, true) is not null`;
  if (!row) throw new Error("Cannot extend: no answer");
  return row.answer;
}

/** `private.sweep_holds` as of the given moment. Returns how many holds it charged. */
export async function sweep(sql: postgres.Sql, at: Date): Promise<number> {
  const [row] = await sql<{ swept: number }[]>`
    select private.sweep_holds() as swept where set_config('signalbox.now', ${at.toISOString()}, true) is not null`;
  return row?.swept ?? 0;
}
