import postgres from "postgres";
import { complexity } from "../../../shared/complexity/mod.ts";
import { run } from "../../../shared/router/mod.ts";
import { candidate, numberAsk, plan, ScriptedModels, testTools } from "../../../shared/router/testing/mod.ts";
import { createDatabase } from "../../postgres/mod.ts";
import { spreadOf, timed } from "./percentiles.ts";

const ORG = "00000000-0000-4000-8000-00000000b001";
const LEAD = "Asked for a demo and for prices. Wants to start before Christmas, has 42 rooms and two restaurants. "
  .repeat(8);

/** How long it takes to decide which model answers: the text's hardness, the database's part and the code's. */
export async function decisionTime(): Promise<unknown[]> {
  const database = await createDatabase("bench_router");
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    await sql`insert into public.organizations (id, name, slug, currency, time_zone) values (${ORG}, 'Bench', 'bench-router', 'EUR', 'Europe/Berlin')`;
    await sql`update public.ai_budgets set cap = 1000000 where org_id = ${ORG}`;
    const request = (cache: string) => ({
      request_id: crypto.randomUUID(),
      org_id: ORG,
      user_id: null,
      service: true,
      task: "classify-lead",
      operation: "chat",
      importance: "medium",
      cost_sensitivity: "medium",
      complexity: 0.4,
      cache,
      input_hash: "bench",
      input_tokens: 500,
      prompt_tokens: 300,
      prompt: { key: "classify-lead", version: 1 },
      max_output_tokens: 600,
      needs: [],
      providers: ["openai", "anthropic", "together"],
      deadline_ms: 30_000,
      output_settings: {},
    });
    const admit = (cache: string) => () => sql`select public.ai_admit(${sql.json(request(cache))})`;
    // Only what chooses: the route card, the candidates with prices and breakers, the tier, what is affordable.
    const [inside] = await sql<{ ms: number[] }[]>`select pg_temp.decide_many(1000) as ms`.catch(async () => {
      await sql.unsafe(DECIDE_MANY);
      return await sql<{ ms: number[] }[]>`select pg_temp.decide_many(1000) as ms`;
    });
    const admitted = await timed(300, admit("off"));
    await sql`insert into public.ai_cache_entries (org_id, key, task, answer, created_at, expires_at)
      select ${ORG}, h.cache_key, 'classify-lead', '{"data": {}, "meta": {"confidence": null}}', now(), now() + interval '1 hour'
      from (select private.cache_key(jsonb_populate_record(null::private.admission_request, ${
      sql.json(request("use"))
    }),
              private.resolve_caller(${ORG}, null, null, true, 'classify-lead'),
              (select (private.policy_for(${ORG}, 'classify-lead')).id), 'small', 'classify-lead', 1, 'A') as cache_key) as h`;
    const cached = await timed(300, admit("use"));
    const [hits] = await sql<
      { n: number }[]
    >`select coalesce(sum(hits), 0)::integer as n from public.ai_cache_entries where org_id = ${ORG}`;
    const candidates = [
      candidate("openai", "mini"),
      candidate("anthropic", "haiku"),
      candidate("openai", "big", { tier: "large" }),
    ];
    const route = () => run(plan(candidates), numberAsk(), testTools(new ScriptedModels({ "openai/mini": ["0.9"] })));
    return [
      {
        name: "decision_in_code_complexity",
        ...spreadOf(await timed(1000, () => complexity(LEAD))),
        what: "800 characters",
      },
      {
        name: "decision_in_code_router",
        ...spreadOf(await timed(1000, route)),
        what: "the router around one answered call, the call itself free",
      },
      {
        name: "decision_in_database",
        ...spreadOf(inside?.ms ?? []),
        what: "card, candidates, tier, affordable; inside the server",
      },
      {
        name: "admission",
        ...spreadOf(admitted),
        what: "ai_admit whole, with its commit, over one connection",
        bar_p95: 300,
      },
      {
        name: "cached_answer",
        ...spreadOf(cached),
        what: "ai_admit answering from the cache",
        bar_p95: 200,
        hits: hits?.n,
      },
    ].map((line) => ({ bench: "router", unit: "ms", ...line }));
  } finally {
    await sql.end();
    await database.drop();
  }
}

const DECIDE_MANY = `
create function pg_temp.decide_many(p_times integer) returns float8[] language plpgsql as $$
declare
  p       private.admission_request := jsonb_populate_record(null::private.admission_request,
    '{"task": "classify-lead", "operation": "chat", "importance": "medium", "cost_sensitivity": "medium", "complexity": 0.4,
      "input_tokens": 500, "max_output_tokens": 600, "providers": ["openai", "anthropic", "together"]}');
  v_card  private.route_cards;
  v_list  private.candidate_list;
  v_start private.start;
  v_times float8[];
  v_from  timestamptz;
begin
  for n in 1 .. p_times loop
    v_from := clock_timestamp();
    v_card := private.route_card(p, '${ORG}', v_from);
    v_list := private.list_candidates(p, v_card.models, v_card.long_from, v_card.max_cost_usd, 300, null, private.open_breakers(v_from));
    v_start := private.choose_start(p, v_card.base_tier, v_card.max_tier_rank, v_card.requires_large, v_card.complexity_large_from, null, v_from);
    perform private.pick_affordable(v_list.usable, false, v_start.tier_rank, v_card.max_tier_rank, false, 1000);
    v_times := v_times || extract(epoch from clock_timestamp() - v_from)::float8 * 1000;
  end loop;
  return v_times;
end
$$`;
