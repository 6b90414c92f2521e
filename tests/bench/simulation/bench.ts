/**
 * `simulate_policy` against the truth: prompts of which it is known how both models answer them are put into the log as one
 * policy served them, and what the simulation says of other policies is compared with what those would really have cost and escalated.
 *
 * @module
 */
import postgres from "postgres";
import { seededRandom } from "../../../shared/statistics/mod.ts";
import { createDatabase } from "../../postgres/mod.ts";
import { type Benchmark, readRoutingRows } from "../../training/routing-data.ts";
import { type KnownPolicy, type KnownRequest, knownTraffic, outcomeOf, PRICES } from "./traffic.ts";

const SERVED: KnownPolicy[] = [
  { name: "large from 0.5", largeFrom: 0.5, baseTier: "small", maxEscalations: 1 },
  { name: "small first", largeFrom: null, baseTier: "small", maxEscalations: 1 },
];
const ASKED: KnownPolicy[] = [
  ...[0.3, 0.4, 0.5, 0.6, 0.7].map((from) => ({
    name: `large from ${from}`,
    largeFrom: from,
    baseTier: "small" as const,
    maxEscalations: 1,
  })),
  { name: "small first", largeFrom: null, baseTier: "small", maxEscalations: 1 },
  { name: "small only", largeFrom: null, baseTier: "small", maxEscalations: 0 },
  { name: "always large", largeFrom: null, baseTier: "large", maxEscalations: 1 },
];

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
const database = await createDatabase("bench_simulation");
const sql = postgres(database.url, { max: 1, onnotice: () => {} });
const results: string[] = [];
try {
  await prepare();
  for (const benchmark of ["mmlu", "gsm8k"] as Benchmark[]) {
    const rows = readRoutingRows(benchmark);
    if (rows === null) {
      print(JSON.stringify({ bench: "simulation", data: benchmark, skipped: "no data" }));
      continue;
    }
    // The simulation was improved while its errors on the test part were looked at; the other part was run once, at the end.
    for (const part of ["test", "dev"]) {
      const traffic = knownTraffic(rows.filter(({ split }) => split === part), seededRandom(20261127));
      for (const served of SERVED) await measure(`${benchmark} ${part}`, traffic, served);
    }
  }
} finally {
  await sql.end();
  await database.drop();
}
if (results.length > 0) {
  Deno.writeTextFileSync(new URL("../results/simulation.jsonl", import.meta.url), results.join("\n") + "\n");
}

async function prepare(): Promise<void> {
  await sql.unsafe(`
    insert into public.ai_tasks (slug, title, description, operation, has_rules, streams, base_tier)
    values ('bench', 'Bench', 'Traffic of which everything is known', 'chat', true, true, 'small');
    insert into public.ai_providers (slug, title, kind, base_url) values ('acme', 'Acme', 'openai_compatible', 'https://acme.test/v1');
    insert into public.ai_models (provider, model, tier, context_window, max_output_tokens)
    values ('acme', 'acme-small', 'small', 1000000, 100000), ('acme', 'acme-large', 'large', 1000000, 100000);
    insert into public.ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
    values ('acme', 'acme-small', '2026-01-01', ${PRICES.small.input}, ${PRICES.small.output}, 'https://acme.test/prices', '2026-01-01'),
      ('acme', 'acme-large', '2026-01-01', ${PRICES.large.input}, ${PRICES.large.output}, 'https://acme.test/prices', '2026-01-01');
    insert into public.ai_policies (task, version, status, tiers, base_tier, max_tier, max_escalations)
    values ('bench', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-small"}], "large": [{"provider": "acme", "model": "acme-large"}]}',
      'small', 'large', 1);`);
}

/** The requests of a served policy in the log of an organization of their own. */
async function serve(traffic: KnownRequest[], served: KnownPolicy): Promise<string> {
  const orgId = crypto.randomUUID();
  await sql`insert into public.organizations (id, name, slug) values (${orgId}, 'Bench', ${`bench-${orgId}`})`;
  const requests = traffic.map((request) => {
    const { tier, escalated, costUsd } = outcomeOf(request, served);
    const call = (model: "small" | "large") => ({
      model: `acme-${model}`,
      input: request.inputTokens,
      output: request.outputTokens[model],
    });
    const calls = [
      ...(tier === "small" ? [call("small")] : []),
      ...(tier === "large" || escalated ? [call("large")] : []),
    ];
    return { id: crypto.randomUUID(), complexity: request.complexity, tier, escalated, costUsd, calls };
  });
  await sql`
    with given as (
      select r.* from jsonb_to_recordset(${
    sql.json(requests)
  }) as r (id uuid, complexity real, tier text, escalated boolean, "costUsd" numeric, calls jsonb)
    ), written as (
      insert into public.ai_request_logs (id, created_at, org_id, task, status, action, calls, importance, cost_sensitivity, complexity, escalated,
        confidence_score, tier, provider, model, cost_usd, decision)
      select g.id, now() - interval '1 day', ${orgId}, 'bench', 'succeeded', 'use_ai_result', jsonb_array_length(g.calls), 'medium', 'medium', g.complexity,
        g.escalated, 0.9, case when g.escalated then 'large' else g.tier end, 'acme', 'acme-' || case when g.escalated then 'large' else g.tier end, g."costUsd",
        jsonb_build_object('tier', g.tier, 'policy', (select jsonb_build_object('id', p.id) from public.ai_policies as p where p.task = 'bench' and p.version = 1),
          'choice', '{"ranks": [101, 201], "named": false, "base_tier": "small"}'::jsonb)
      from given as g
    )
    insert into public.ai_call_logs (id, created_at, request_id, org_id, attempt, purpose, provider, request_model, input_tokens, output_tokens, cost_usd, usage_source, latency_ms, stand_in)
    select gen_random_uuid(), now() - interval '1 day', g.id, ${orgId}, c.n, 'answer', 'acme', c.item ->> 'model', (c.item ->> 'input')::integer, (c.item ->> 'output')::integer,
      ((c.item ->> 'input')::integer * p.input_usd_per_mtok + (c.item ->> 'output')::integer * p.output_usd_per_mtok) / 1000000, 'provider', 1, false
    from given as g
    cross join lateral jsonb_array_elements(g.calls) with ordinality as c (item, n)
    join public.ai_model_prices as p on p.provider = 'acme' and p.model = c.item ->> 'model'`;
  return orgId;
}

interface Simulated {
  coverage: number;
  guessed: number;
  simulated: Record<string, number>;
}

async function measure(data: string, traffic: KnownRequest[], served: KnownPolicy): Promise<void> {
  const orgId = await serve(traffic, served);
  for (const asked of ASKED) {
    const policy = {
      task: "bench",
      base_tier: asked.baseTier,
      complexity_large_from: asked.largeFrom,
      max_escalations: asked.maxEscalations,
    };
    const before = performance.now();
    const [row] = await sql<{ told: Simulated }[]>`
      select public.simulate_policy(${sql.json(policy)}, ${orgId}, now() - interval '2 days', now()) as told`;
    const ms = Math.round(performance.now() - before);
    const told = row?.told;
    if (told === undefined) throw new Error("Cannot measure: the simulation said nothing");
    const truth = traffic.map((request) => outcomeOf(request, asked));
    const cost = truth.reduce((sum, { costUsd }) => sum + costUsd, 0);
    const escalated = truth.filter((one) => one.escalated).length;
    const { cost_usd = NaN, cost_usd_low = NaN, cost_usd_high = NaN } = told.simulated;
    const { escalated: e = NaN, escalated_low = NaN, escalated_high = NaN } = told.simulated;
    const line = JSON.stringify({
      bench: "simulation",
      data,
      requests: traffic.length,
      served: served.name,
      asked: asked.name,
      coverage: told.coverage,
      guessed: told.guessed,
      cost_error_percent: percent(cost_usd / cost - 1),
      cost_in_bounds: within(cost, cost_usd_low, cost_usd_high),
      cost_bounds_width_percent: percent((cost_usd_high - cost_usd_low) / cost),
      escalated_simulated: e,
      escalated_really: escalated,
      escalated_in_bounds: within(escalated, escalated_low, escalated_high),
      ms,
    });
    results.push(line);
    print(line);
  }
}

/** Sums of rounded dollars differ in their last digit. */
function within(value: number, low: number, high: number): boolean {
  return value >= low * (1 - 1e-6) - 1e-6 && value <= high * (1 + 1e-6) + 1e-6;
}

function percent(share: number): number {
  return Number((share * 100).toFixed(2));
}
