/**
 * What the gateway adds to a provider's latency, beside Portkey's gateway, a bare pass-through and one database round trip: one
 * machine, one run, one upstream. Needs `DATABASE_URL` (a Postgres to make databases on) and Node.
 *
 * `deno task bench gateway [--seconds 2] [--rounds 3] [--connections 1,10,50] [--only ours,portkey] [--no-keep]`
 */
import { parseArgs } from "node:util";
import postgres from "postgres";
import { createDatabase } from "../../postgres/mod.ts";
import { type DataApi, startDataApi } from "./data-api.ts";
import { createPlainDatabase, makeTenant, readLedger } from "./database.ts";
import { load, type Measured, problemWith } from "./load.ts";
import { question } from "./payloads.ts";
import { peerFolder } from "./peer.ts";
import { freePort, start, type Subject } from "./subjects.ts";

const { values } = parseArgs({
  args: Deno.args.slice(1),
  options: {
    seconds: { type: "string", default: "2" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "1,10,50" },
    only: { type: "string" },
    keep: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const here = new URL("./", import.meta.url).pathname;
const deno = Deno.execPath();
const print = (line: unknown) => Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
const json = JSON.stringify(question);
const streamed = JSON.stringify({ ...question, stream: true });
const wanted = (name: string) => values.only === undefined || values.only.split(",").includes(name);

const database = await createDatabase("bench_gateway");
const relaxed = await createDatabase("bench_gateway_relaxed");
const behindApi = await createPlainDatabase("bench_gateway_api");
const floor = await createPlainDatabase("bench_gateway_floor");
let dataApi: DataApi | null = null;
const tenant = await makeTenant(database.url);
const upstreamPort = freePort();
const upstreamUrl = `http://127.0.0.1:${upstreamPort}`;
const subjects: Subject[] = [];

try {
  const deployed = [deno, "run", "-A", "--cached-only"];
  subjects.push(
    await start("upstream", {
      command: [...deployed, `${here}upstream.ts`, String(upstreamPort)],
      target: { url: `${upstreamUrl}/v1/chat/completions`, headers: {} },
    }, json),
  );
  await prepareFloor(floor.url);
  for (const [name, ...more] of [["pass-through"], ["round-trip", floor.url], ["bare-ledger", floor.url, "ledger"]]) {
    const port = freePort();
    if (!wanted(name ?? "")) continue;
    subjects.push(
      await start(name ?? "", {
        command: [...deployed, `${here}floor.ts`, String(port), upstreamUrl, ...more],
        target: { url: `http://127.0.0.1:${port}/v1/chat/completions`, headers: {} },
      }, json),
    );
  }
  if (wanted("ours")) subjects.push(await startOurs("ours", database.url, tenant.key));
  if (wanted("ours-async-commit")) {
    // What an operator may choose, at the price of the last half second of the log if the server loses its power.
    const sql = postgres(relaxed.url, { max: 1 });
    await sql.unsafe(`alter database ${new URL(relaxed.url).pathname.slice(1)} set synchronous_commit = off`);
    await sql.end();
    subjects.push(await startOurs("ours-async-commit", relaxed.url, (await makeTenant(relaxed.url)).key));
  }
  if (wanted("ours-data-api")) {
    dataApi = await startDataApi(behindApi.url);
    subjects.push(await startOurs("ours-data-api", null, (await makeTenant(behindApi.url)).key, dataApi));
  }
  if (wanted("portkey")) {
    const port = freePort();
    subjects.push(
      await start("portkey", {
        command: ["node", `${await peerFolder()}/build/start-server.js`, `--port=${port}`, "--headless"],
        environment: { TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" },
        target: {
          url: `http://127.0.0.1:${port}/v1/chat/completions`,
          headers: {
            "authorization": "Bearer bench",
            "x-portkey-provider": "openai",
            "x-portkey-custom-host": `${upstreamUrl}/v1`,
          },
        },
      }, json),
    );
  }
  for (const { name, target } of subjects) {
    for (const body of [json, streamed]) {
      const problem = await problemWith(target, body);
      if (problem !== null) throw new Error(`Cannot measure ${name}: ${problem}`);
    }
  }
  const lines = await measure();
  const ledger = await readLedger(database.url, tenant.orgId);
  lines.push({
    benchmark: "gateway",
    ledger,
    subjects: subjects.map(({ name, coldMs, memoryMb }) => ({ name, cold_ms: coldMs, memory_mb: memoryMb() })),
  });
  print(lines.at(-1));
  if (values.keep) {
    const folder = new URL("../results/", import.meta.url);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(
      new URL("gateway.jsonl", folder),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
  }
} finally {
  for (const subject of subjects) await subject.stop();
  await dataApi?.stop();
  for (const each of [database, relaxed, behindApi, floor]) await each.drop();
}

/** The one budget and the requests of the least that a ledger is. */
async function prepareFloor(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql.unsafe(await Deno.readTextFile(new URL("../ledger/floor.sql", import.meta.url)));
  await sql.end();
}

/** The gateway as it is deployed; with the direct way to a database, or the Data API where there is none. */
function startOurs(
  name: string,
  databaseUrl: string | null,
  key: string,
  api: DataApi | null = null,
): Promise<Subject> {
  const port = freePort();
  return start(name, {
    command: [deno, "run", "-A", "--cached-only", "functions/gateway/index.ts"],
    environment: {
      DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
      SUPABASE_URL: api?.url ?? "http://127.0.0.1:9",
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: api?.publishableKey ?? "sb_publishable_bench" }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: api?.secretKey ?? "sb_secret_bench" }),
      SUPABASE_JWKS: '{"keys":[]}',
      ...(databaseUrl === null ? {} : { SUPABASE_DB_URL: databaseUrl, SIGNALBOX_DB: "direct" }),
      OPENAI_API_KEY: "bench",
      OPENAI_BASE_URL: `${upstreamUrl}/v1`,
    },
    target: {
      url: `http://127.0.0.1:${port}/gateway/v1/chat/completions`,
      headers: { authorization: `Bearer ${key}` },
    },
  }, json);
}

/** Subjects take turns within each round, so that a busy moment of the machine meets all of them. */
async function measure(): Promise<unknown[]> {
  const milliseconds = Number(values.seconds) * 1000;
  const lines: unknown[] = [];
  for (const [mode, body] of [["json", json], ["stream", streamed]] as const) {
    for (const connections of values.connections.split(",").map(Number)) {
      const runs = new Map<string, Measured[]>(subjects.map(({ name }) => [name, []]));
      for (const { target } of subjects) await load(target, body, { connections, milliseconds: 400 });
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const { name, target } of subjects) {
          runs.get(name)?.push(await load(target, body, { connections, milliseconds }));
        }
      }
      const bare = median(runs.get("upstream") ?? []);
      for (const { name } of subjects) {
        const measured = median(runs.get(name) ?? []);
        const added = {
          added_p50: rounded(measured.p50 - bare.p50),
          added_p95: rounded(measured.p95 - bare.p95),
          added_p99: rounded(measured.p99 - bare.p99),
          ...(measured.first_p50 === null || bare.first_p50 === null
            ? {}
            : { added_first_p50: rounded(measured.first_p50 - bare.first_p50) }),
        };
        lines.push({ benchmark: "gateway", mode, connections, subject: name, ...measured, ...added });
        print(lines.at(-1));
      }
    }
  }
  return lines;
}

/** Each figure's median over the rounds. */
function median(runs: Measured[]): Measured {
  const middle = (pick: (run: Measured) => number | null) => {
    const values = runs.map(pick).filter((value) => value !== null).sort((a, b) => a - b);
    return values[Math.floor(values.length / 2)] ?? null;
  };
  const number = (pick: (run: Measured) => number) => middle(pick) ?? NaN;
  return {
    requests: number((run) => run.requests),
    rps: number((run) => run.rps),
    p50: number((run) => run.p50),
    p95: number((run) => run.p95),
    p99: number((run) => run.p99),
    first_p50: middle((run) => run.first_p50),
    first_p95: middle((run) => run.first_p95),
    errors: runs.reduce((sum, run) => sum + run.errors, 0),
  };
}

function rounded(value: number): number {
  return Math.round(100 * value) / 100;
}
