/**
 * `deno task bench cold-start`: a fresh process of a text task to its first byte, beside an empty function, in one run.
 *
 * Each round starts a new `deno` for each subject, as a platform starts an isolate, and takes the time from the spawn to the
 * answer. The database and the provider are a server in this process that answers at once, so what is left is ours: loading,
 * verifying, admitting, calling, judging. Medians; the difference to the empty function of the same run is the figure.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const rounds = Number(Deno.env.get("BENCH_ROUNDS") ?? 15);

const surroundings = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answerAtOnce);
const origin = `http://127.0.0.1:${surroundings.addr.port}`;

const scratch = await Deno.makeTempDir({ prefix: "signalbox-bench-" });
const empty = join(scratch, "empty.ts");
await Deno.writeTextFile(empty, `Deno.serve(() => new Response("ok"));\n`);

const call = {
  method: "POST",
  headers: { apikey: "sb_secret_bench", "content-type": "application/json" },
  body: JSON.stringify({
    org_id: "00000000-0000-4000-8000-000000000001",
    input: { lead: { name: "Anna Weber", notes: "Asked for a demo" } },
  }),
};
const task = join(repository, "functions/classify-lead/index.ts");
const subjects: { name: string; entry: string; request: RequestInit }[] = [
  { name: "empty", entry: empty, request: {} },
  { name: "describe", entry: task, request: { headers: { apikey: "sb_publishable_bench" } } },
  { name: "call", entry: task, request: call },
];

const times = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
for (let round = -1; round < rounds; round++) {
  for (const { name, entry, request } of subjects) {
    const took = await firstByte(entry, request);
    // The first round fills the compile cache, which a platform ships with the function.
    if (round >= 0) times.get(name)?.push(took);
  }
}
await surroundings.shutdown();
await Deno.remove(scratch, { recursive: true });

const floor = median(times.get("empty") ?? []);
const lines = subjects.map(({ name }) => {
  const value = median(times.get(name) ?? []);
  return {
    name: `cold_start_${name}`,
    value: round1(value),
    above_empty: round1(value - floor),
    unit: "ms",
    rounds,
    bar: name === "call" ? 120 : null,
  };
});
lines.push({
  name: "modules_before_first_call",
  value: await staticBytes(task),
  above_empty: 0,
  unit: "bytes",
  rounds: 1,
  bar: 1_000_000,
});
const text = lines.map((line) => JSON.stringify(line)).join("\n") + "\n";
await Deno.mkdir(new URL("../results/", import.meta.url), { recursive: true });
await Deno.writeTextFile(new URL("../results/cold-start.jsonl", import.meta.url), text);
await Deno.stdout.write(new TextEncoder().encode(text));

/** Milliseconds from the spawn of a fresh process to the whole of its first answer. */
async function firstByte(entry: string, request: RequestInit): Promise<number> {
  const port = await freePort();
  const start = performance.now();
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", "--config", join(repository, "deno.json"), entry],
    env: {
      DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
      SUPABASE_URL: origin,
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: "sb_publishable_bench" }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: "sb_secret_bench" }),
      SUPABASE_JWKS: JSON.stringify({ keys: [] }),
      OPENAI_API_KEY: "bench",
      OPENAI_BASE_URL: `${origin}/v1`,
    },
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    while (performance.now() - start < 20_000) {
      const response = await fetch(`http://127.0.0.1:${port}/classify-lead`, request).catch(() => null);
      if (response === null) {
        await new Promise((again) => setTimeout(again, 2));
        continue;
      }
      const body = await response.text();
      if (response.status !== 200) throw new Error(`Cannot measure: ${response.status} ${body.slice(0, 300)}`);
      return performance.now() - start;
    }
    throw new Error("Cannot measure: the function did not answer within 20 s");
  } finally {
    process.kill("SIGKILL");
    await process.status;
  }
}

/** Bytes of the modules that an entry imports statically: what is evaluated before the first request. */
async function staticBytes(entry: string): Promise<number> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry], stderr: "null" })
    .output();
  const graph: {
    roots: string[];
    redirects: Record<string, string>;
    modules: {
      specifier: string;
      size?: number;
      dependencies?: { code?: { specifier?: string }; isDynamic?: boolean }[];
    }[];
  } = JSON.parse(new TextDecoder().decode(stdout));
  const modules = new Map(graph.modules.map((module) => [module.specifier, module]));
  const seen = new Set<string>();
  const size = (name: string | undefined): number => {
    const specifier = name === undefined ? "" : graph.redirects[name] ?? name;
    const module = modules.get(specifier);
    if (module === undefined || seen.has(specifier)) return 0;
    seen.add(specifier);
    const next = (module.dependencies ?? []).filter(({ isDynamic }) => isDynamic !== true);
    return (module.size ?? 0) + next.reduce((sum, { code }) => sum + size(code?.specifier), 0);
  };
  return size(graph.roots[0]);
}

/** The database and the provider: answers that are ready before they are asked for. */
async function answerAtOnce(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const body = await request.json().catch(() => ({}));
  if (pathname.endsWith("/rpc/ai_admit")) return Response.json(admitted(body.request.request_id));
  if (pathname.endsWith("/rpc/ai_settle")) return Response.json({ settled: true });
  return Response.json({
    id: "bench",
    object: "chat.completion",
    created: 0,
    model: "gpt-4o-mini",
    choices: [{
      index: 0,
      finish_reason: "stop",
      message: {
        role: "assistant",
        content: JSON.stringify({ class: "A", score: 90, reasons: ["Asked for a demo"], confidence: 0.9 }),
      },
    }],
    usage: { prompt_tokens: 300, completion_tokens: 30, total_tokens: 330 },
  });
}

function admitted(requestId: string) {
  const price = {
    id: crypto.randomUUID(),
    input_usd_per_mtok: "0.15",
    output_usd_per_mtok: "0.6",
    cache_read_usd_per_mtok: null,
    cache_write_usd_per_mtok: null,
  };
  return {
    outcome: "admitted",
    plan: {
      request_id: requestId,
      org_id: "00000000-0000-4000-8000-000000000001",
      candidates: [{
        provider: "openai",
        model: "gpt-4o-mini",
        tier: "small",
        price,
        max_output_tokens: 600,
        context_window: 128000,
        capabilities: ["json_schema", "temperature"],
        dimensions: null,
        base_url: null,
        kind: "openai",
        secret_name: null,
        worst_cost_usd: "0.001",
        breaker: "closed",
      }],
      tier: "small",
      prompt: { key: "classify-lead", version: 1, variant: "A", system: null, template: null, few_shot: [] },
      thresholds: {
        escalate_below: 0.7,
        good_from: 0.8,
        excellent_from: 0.9,
        max_escalations: 0,
        escalate_to: "next_tier",
        max_cost_usd: null,
        critical: false,
        stream_on_failure: "restart",
        consensus: null,
      },
      settings: {},
      budget: null,
      hold_usd: "0.001",
      expires_at: new Date(Date.now() + 60_000).toISOString(),
      items: null,
    },
  };
}

async function freePort(): Promise<number> {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return await Promise.resolve(port);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
