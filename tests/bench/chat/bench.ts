/**
 * What a turn of the chat adds before the first token, beside the gateway, a bare pass-through and the upstream itself: one machine,
 * one run, one upstream, a real Postgres by the direct way. Needs `DATABASE_URL`.
 *
 * `--first-words-ms` lets the upstream think before it speaks, as real providers do: then it is told what whoever waits sees of it.
 *
 * `deno task bench chat [--turns 100] [--rounds 3] [--first-words-ms 0] [--no-keep]`
 */
import { parseArgs } from "node:util";
import postgres from "postgres";
import { createDatabase } from "../../postgres/mod.ts";
import { makeTenant, readLedger } from "../gateway/database.ts";
import { question } from "../gateway/payloads.ts";
import { freePort, start, type Subject } from "../gateway/subjects.ts";
import { firstTokens, spreadOf } from "./first-token.ts";
import { makeUser } from "./make-user.ts";

const { values } = parseArgs({
  args: Deno.args.slice(1),
  options: {
    turns: { type: "string", default: "100" },
    rounds: { type: "string", default: "3" },
    "first-words-ms": { type: "string", default: "0" },
    keep: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const firstWordsMs = Number(values["first-words-ms"]);
const bench = new URL("../", import.meta.url).pathname;
const deno = Deno.execPath();
const print = (line: unknown) => Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
const text = question.messages.at(-1)?.content ?? "";
const completion = JSON.stringify({ ...question, stream: true });
const turn = (more: object = {}) => JSON.stringify({ input: { message: text, ...more }, options: { stream: true } });

const database = await createDatabase("bench_chat");
const subjects: Subject[] = [];
try {
  const tenant = await makeTenant(database.url);
  const user = await makeUser(database.url, tenant.orgId);
  const upstreamPort = freePort();
  const upstream = `http://127.0.0.1:${upstreamPort}`;
  const run = [deno, "run", "-A", "--cached-only"];
  const started = async (name: string, command: string[], path: string, body: string, more: object = {}) => {
    const subject = await start(name, { command, target: { url: path, headers: {} }, ...more }, body);
    subjects.push(subject);
    return subject;
  };
  await started(
    "upstream",
    [...run, `${bench}gateway/upstream.ts`, String(upstreamPort), String(firstWordsMs)],
    `${upstream}/v1/chat/completions`,
    completion,
  );
  const floorPort = freePort();
  await started(
    "pass-through",
    [...run, `${bench}gateway/floor.ts`, String(floorPort), upstream],
    `http://127.0.0.1:${floorPort}/v1/chat/completions`,
    completion,
  );
  for (
    const [name, path, headers] of [
      ["gateway", "gateway/v1/chat/completions", { authorization: `Bearer ${tenant.key}` }],
      ["chat", "chat", { authorization: `Bearer ${user.token}`, apikey: "sb_publishable_bench" }],
    ] as const
  ) {
    const port = freePort();
    const environment = {
      DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
      SUPABASE_URL: "http://127.0.0.1:9",
      SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_bench"}',
      SUPABASE_SECRET_KEYS: '{"default":"sb_secret_bench"}',
      SUPABASE_JWKS: JSON.stringify({ keys: [user.jwk] }),
      SUPABASE_DB_URL: database.url,
      SIGNALBOX_DB: "direct",
      OPENAI_API_KEY: "bench",
      OPENAI_BASE_URL: `${upstream}/v1`,
    };
    const target = { url: `http://127.0.0.1:${port}/${path}`, headers };
    const body = name === "chat" ? turn() : completion;
    await started(name, [...run, `functions/${name}/index.ts`], target.url, body, { environment, target });
  }
  const ways = subjects.flatMap(({ name, target }) =>
    name === "chat"
      ? [
        { name: "chat, new conversation", target, body: turn() },
        { name: "chat, 200 messages before", target, body: turn({ conversation_id: user.conversationId }) },
      ]
      : [{ name, target, body: completion }]
  );
  const heard = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  for (const { target, body } of ways) await firstTokens(target, body, 10);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { name, target, body } of ways) {
      heard.get(name)?.push(...await firstTokens(target, body, Number(values.turns)));
    }
  }
  const bare = spreadOf(heard.get("upstream") ?? []);
  const lines: unknown[] = [...heard].map(([subject, ms]) => {
    const { p50, p95, p99 } = spreadOf(ms);
    const added = (value: number, of: number) => Math.round(100 * (value - of)) / 100;
    return {
      benchmark: "chat",
      what: "first token",
      unit: "ms",
      subject,
      turns: ms.length,
      ...(firstWordsMs === 0
        ? {}
        : { provider_thinks_ms: firstWordsMs, provider_p50: bare.p50, provider_p95: bare.p95 }),
      ...{ p50, p95, p99, added_p50: added(p50, bare.p50), added_p95: added(p95, bare.p95) },
      ...(subject.startsWith("chat") ? { bar_max_added: 50, ...(firstWordsMs === 0 ? {} : { bar_max: 2_000 }) } : {}),
    };
  });
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  const [row] =
    await sql`select count(*)::integer as answers from public.ai_messages where role = 'assistant' and status = 'complete'`;
  await sql.end();
  lines.push({
    benchmark: "chat",
    ...row,
    ledger: await readLedger(database.url, tenant.orgId),
    load: Deno.loadavg()[0],
  });
  for (const line of lines) print(line);
  if (values.keep) {
    const name = firstWordsMs === 0 ? "chat" : `chat-first-words-${firstWordsMs}`;
    await Deno.writeTextFile(
      `${bench}results/${name}.jsonl`,
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
  }
} finally {
  for (const subject of subjects) await subject.stop();
  await database.drop();
}
