/**
 * How long a search takes among many passages, on a real Postgres (`DATABASE_URL`): as a member who may read 56 % of them, by
 * meaning, by words, by both and filtered, beside pgvector's own index without rights or filters. `--passages 100000`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type postgres from "postgres";
import { actAs } from "../../postgres/act-as.ts";
import { createDatabase } from "../../postgres/mod.ts";

const ORG = "00000000-0000-4000-8000-00000000000a";
const MEMBER = "00000000-0000-4000-8000-0000000000a1";
const member = { role: "authenticated", claims: { sub: MEMBER, role: "authenticated" } } as const;

const { values } = parseArgs({
  args: Deno.args.slice(1),
  options: {
    passages: { type: "string", default: "10000" },
    rounds: { type: "string", default: "60" },
    keep: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const passages = Number(values.passages);
const rounds = Number(values.rounds);
const lines: string[] = [];
const say = (figures: Record<string, unknown>) => {
  const line = JSON.stringify({ bench: "search", passages, ...figures });
  lines.push(line);
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
};

const database = await createDatabase("bench_search");
try {
  const { sql } = database;
  say({ step: "fill", ...await fill(sql) });
  const questions = await sql<{ vector: string; text: string }[]>`
    select public.bench_vector(n * 7 % 400, 1.0)::text as vector, public.bench_text(8) as text from generate_series(1, ${rounds}) as n`;
  const bare = await timed(
    questions,
    ({ vector }) =>
      sql`select id from public.document_chunks order by embedding operator(extensions.<=>) ${vector}::extensions.vector limit 20`,
  );
  say({ step: "pgvector alone", ...bare });
  const searches: [name: string, type: string, filters: Record<string, unknown>][] = [
    ["by meaning", "semantic", {}],
    ["by words", "keyword", {}],
    ["by both", "hybrid", {}],
    ["by both, one base", "hybrid", { base_ids: ["00000000-0000-4000-8000-0000000000c1"] }],
    ["by both, one tag of twenty", "hybrid", { tags: ["tag-7"] }],
  ];
  for (const [name, type, filters] of searches) {
    const figures = await timed(questions, ({ vector, text }) => search(sql, { text, vector, type, filters }));
    say({ step: name, ...figures, against_pgvector: Number((figures.p95_ms / bare.p95_ms).toFixed(2)) });
  }
  say({ step: "recall by meaning", recall_at_20: await recall(sql, questions.slice(0, 20)) });
  say({ step: "indexes", ...await indexScans(sql) });
} finally {
  await database.drop();
}
if (values.keep) Deno.writeTextFileSync(new URL("../results/search.jsonl", import.meta.url), `${lines.join("\n")}\n`);

/** Loads first and builds the vectors' index afterwards, as anybody would who moves so many in. */
async function fill(sql: postgres.Sql): Promise<Record<string, number>> {
  await sql.unsafe(await Deno.readTextFile(new URL("./passages.sql", import.meta.url)));
  const connection = await sql.reserve();
  try {
    const [index] = await connection<{ name: string; definition: string }[]>`
      select indexname as name, indexdef as definition from pg_indexes
      where tablename = 'document_chunks' and indexdef like '%hnsw%' limit 1`;
    if (index === undefined) throw new Error("Cannot measure: the passages have no index over their vectors");
    await connection.unsafe(`drop index public.${index.name}`);
    const begun = performance.now();
    await connection.unsafe(`set synchronous_commit = off`);
    await connection.unsafe(`call public.bench_learn(${passages})`);
    const loaded = performance.now();
    await connection.unsafe(`set maintenance_work_mem = '2GB'`);
    await connection.unsafe(index.definition);
    const built = performance.now();
    await connection.unsafe("vacuum analyze");
    return { load_seconds: Math.round((loaded - begun) / 1000), index_seconds: Math.round((built - loaded) / 1000) };
  } finally {
    connection.release();
  }
}

interface Asked {
  text: string;
  vector: string;
  type: string;
  filters: Record<string, unknown>;
}

function search(sql: postgres.Sql, { text, vector, type, filters }: Asked): Promise<string[]> {
  return actAs(sql, member, async (transaction) => {
    const [row] = await transaction<{ found: { results: { chunk_id: string }[] } }[]>`
      select public.search_knowledge(${text}, ${ORG}, ${vector}, 'bench', ${type}, ${
      JSON.stringify(filters)
    }::text::jsonb, 20) as found`;
    return row?.found.results.map(({ chunk_id }) => chunk_id) ?? [];
  });
}

/** Share of the twenty nearest a member may read, found by reading them all, that the index finds too. */
async function recall(sql: postgres.Sql, questions: readonly { vector: string; text: string }[]): Promise<number> {
  let found = 0;
  for (const { vector, text } of questions) {
    const [near, exact] = await Promise.all([
      search(sql, { text, vector, type: "semantic", filters: {} }),
      actAs(sql, member, async (transaction) => {
        await transaction`select set_config('enable_indexscan', 'off', true)`;
        return await transaction<{ id: string }[]>`
          select id from public.document_chunks where org_id = ${ORG}
          order by embedding operator(extensions.<=>) ${vector}::extensions.vector limit 20`;
      }),
    ]);
    found += exact.filter(({ id }) => near.includes(id)).length / exact.length;
  }
  return Number((found / questions.length).toFixed(4));
}

/** How often each index of the passages was walked so far: none that should lead stands at zero. */
async function indexScans(sql: postgres.Sql): Promise<Record<string, number>> {
  await sql`select pg_stat_force_next_flush()`;
  const rows = await sql<{ name: string; scans: string }[]>`
    select indexrelname as name, idx_scan as scans from pg_stat_user_indexes where relname = 'document_chunks' order by 1`;
  return Object.fromEntries(rows.map(({ name, scans }) => [name, Number(scans)]));
}

async function timed<Question>(
  questions: readonly Question[],
  ask: (question: Question) => PromiseLike<unknown>,
): Promise<{ p50_ms: number; p95_ms: number }> {
  const times: number[] = [];
  for (const question of questions) {
    const before = performance.now();
    await ask(question);
    times.push(performance.now() - before);
  }
  times.sort((one, other) => one - other);
  const at = (share: number) => Number((times[Math.floor(times.length * share)] ?? NaN).toFixed(1));
  return { p50_ms: at(0.5), p95_ms: at(0.95) };
}
