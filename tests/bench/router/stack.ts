/**
 * The part of the benchmark that needs the started stack, in a process of its own because the stack has its own configuration: how soon
 * the next attempt starts after a failed one, and what routing saves against always asking the large model. Prints JSON lines.
 *
 * @module
 */
import type { Fault } from "../../../supabase/local/stand-in/mod.ts";
import { chaoticWorld, lead, streamChat } from "../../chaos/chaotic-world.ts";
import type { World } from "../../functions/world.ts";
import { spreadOf } from "./percentiles.ts";

const ROUNDS = Number(Deno.env.get("BENCH_ROUNDS") ?? 15);
const print = (line: unknown) => Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));

/** Faults of the first provider, each with what it leads to. */
const faults: [name: string, fault: Omit<Fault, "provider">][] = [
  ["429 without Retry-After", { kind: "status", status: 429 }],
  ["500", { kind: "status", status: 500 }],
  ["503", { kind: "status", status: 503 }],
  ["reset", { kind: "reset" }],
  ["silence", { kind: "silence" }],
  ["cut", { kind: "cut" }],
  ["malformed", { kind: "malformed" }],
  ["refused key", { kind: "authentication" }],
  ["empty account", { kind: "quota" }],
  ["prompt too long", { kind: "context_length" }],
];
const streamFaults: typeof faults = [
  ["503", { kind: "status", status: 503 }],
  ["cut before the first token", { kind: "cut", after_events: 0 }],
  ["cut after it", { kind: "cut", after_events: 4 }],
  ["malformed", { kind: "malformed", after_events: 4 }],
  ["missing end", { kind: "missing_end" }],
  ["stall", { kind: "stall", after_events: 4 }],
];

const world = await chaoticWorld();
await measureFailover(
  world,
  "whole answer",
  faults,
  (n) => world.call("classify-lead", { input: lead(`Failover ${n}`), options: { cache: "off" } }),
);
await measureFailover(world, "stream", streamFaults, (n) => streamChat(world, `What is slate good for (${n})?`));
await measureSavings(world);
await world.stop();

async function measureFailover(
  { stack, standIn, settled }: World,
  what: string,
  kinds: typeof faults,
  ask: (n: number) => Promise<unknown>,
): Promise<void> {
  const all: number[] = [];
  for (const [name, fault] of kinds) {
    await stack.sql("delete from public.ai_request_logs");
    await stack.sql("delete from public.ai_call_logs");
    for (let round = 0; round < ROUNDS; round++) {
      standIn.control.setFaults([{ ...fault, provider: "openai" }]);
      await ask(round);
      standIn.control.setFaults([]);
      await settled();
      await stack.sql("delete from public.ai_breakers");
    }
    // From the moment an attempt had failed to the start of the next, wherever it went.
    const gaps = await stack.sql<{ ms: number }>(
      `select greatest(0, extract(epoch from b.created_at - a.created_at) * 1000 - a.latency_ms)::float8 as ms
       from public.ai_call_logs as a join public.ai_call_logs as b on b.request_id = a.request_id and b.attempt = a.attempt + 1
       where a.error_code is not null`,
    );
    all.push(...gaps.map(({ ms }) => ms));
    print({ bench: "router", name: "failover", what, fault: name, unit: "ms", ...spreadOf(gaps.map(({ ms }) => ms)) });
  }
  print({ bench: "router", name: "failover", what, fault: "all", unit: "ms", bar_max: 500, ...spreadOf(all) });
}

/** Leads, materials and follow-ups as they come, by the policies and with everything named large. */
async function measureSavings({ stack, call, settled, orgId }: World): Promise<void> {
  const followUp = (await (await fetch(`${stack.url}/functions/v1/generate-followup`, {
    headers: { apikey: stack.publishableKey },
  })).json()).example;
  const materials = [
    "Oak parquet, 14 mm, oiled",
    "Floor tile of porcelain stoneware, R10",
    "Something shiny for a wall",
    "Steel frame, brushed",
  ];
  const requests = (n: number): [string, unknown][] => [
    ["classify-lead", lead(`Saving ${n}`)],
    ["classify-lead", { lead: { name: `Short ${n}` } }],
    ["classify-material", { description: `${materials[n % materials.length]} (${n})` }],
    ["generate-followup", followUp.input],
  ];
  const costOf = async (name: string, options: Record<string, unknown>) => {
    await stack.sql("delete from public.ai_request_logs");
    for (let n = 0; n < ROUNDS * 2; n++) {
      for (const [task, input] of requests(n)) await call(task, { input, options: { cache: "off", ...options } });
    }
    await settled();
    const rows = await stack.sql<{ task: string; n: number; cost: number; escalated: number; rules: number }>(
      `select task, count(*)::integer as n, sum(cost_usd)::float8 as cost, count(*) filter (where escalated)::integer as escalated,
              count(*) filter (where action = 'fallback_to_rules')::integer as rules
       from public.ai_request_logs where org_id = $1 and task in ('classify-lead', 'classify-material', 'generate-followup')
       group by task order by task`,
      [orgId],
    );
    return { name, rows };
  };
  const routed = await costOf("policies", {});
  const large = await costOf("always large", { model: "gpt-4o" });
  const total = ({ rows }: typeof routed) => rows.reduce((sum, { cost }) => sum + cost, 0);
  for (const row of routed.rows) {
    const other = large.rows.find(({ task }) => task === row.task);
    print({
      bench: "router",
      name: "savings_stand_in",
      task: row.task,
      requests: row.n,
      saved_percent: saved(row.cost, other?.cost ?? NaN),
      escalated: row.escalated,
      by_rules: row.rules,
      cost_usd: row.cost,
      cost_usd_always_large: other?.cost,
    });
  }
  print({
    bench: "router",
    name: "savings_stand_in",
    task: "all",
    saved_percent: saved(total(routed), total(large)),
    assumptions: [
      "the stand-in's answers, and with them the confidence that decides on escalation",
      "its texts' exact token counts at list prices; a real model's answers are longer",
      "two leads, a material (three models asked) and a follow-up (starts large) of each four requests",
      "always large = gpt-4o named by the caller; no cache",
    ],
  });
}

function saved(cost: number, always: number): number {
  return Number(((1 - cost / always) * 100).toFixed(1));
}
