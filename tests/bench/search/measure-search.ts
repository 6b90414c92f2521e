import type postgres from "postgres";
import { actAs } from "../../postgres/mod.ts";
import { type Question, question } from "./passages.ts";

const ORG = "00000000-0000-4000-8000-00000000000a";
const MEMBER = "00000000-0000-4000-8000-0000000000a1";
const member = { role: "authenticated", claims: { sub: MEMBER, role: "authenticated" } } as const;

/** Vectors pgvector looks at for an answer: as it comes, and as a search under rights does. */
const LOOKED = { alone: 40, "alone, looking as far": 400 };

const SEARCHES: [name: string, type: string, filters: Record<string, unknown>][] = [
  ["by meaning", "semantic", {}],
  ["by words", "keyword", {}],
  ["by both", "hybrid", {}],
  ["by both, one base", "hybrid", { base_ids: ["00000000-0000-4000-8000-0000000000c1"] }],
  ["by both, one tag of twenty", "hybrid", { tags: ["tag-7"] }],
];

/** How a database that `makePassages()` made is measured. */
export interface Measuring {
  /** Questions each kind of search is asked. */
  rounds: number;
  say: (figures: Record<string, unknown>) => void;
}

/** Each kind of search beside pgvector alone, whose index is read once before anything counts. */
export async function measureSearch(sql: postgres.Sql, { rounds, say }: Measuring): Promise<void> {
  const questions = Array.from({ length: rounds }, (_, n) => question(n + 1));
  const few = questions.slice(0, 20);
  let bare = { p50_ms: NaN, p95_ms: NaN };
  for (const [name, looked] of Object.entries(LOOKED)) {
    const near = (question: Question) => nearest(sql, question, looked);
    await timed(questions, near);
    const figures = await timed(questions, near);
    if (Number.isNaN(bare.p95_ms)) bare = figures;
    say({
      step: `pgvector ${name}`,
      ...figures,
      recall_at_20: await recall(few, near, (question) => nearestOfAll(sql, question)),
    });
  }
  for (const [name, type, filters] of SEARCHES) {
    const figures = await timed(questions, (question) => search(sql, question, type, filters));
    say({ step: name, ...figures, against_pgvector: Number((figures.p95_ms / bare.p95_ms).toFixed(2)) });
  }
  say({
    step: "recall by meaning",
    recall_at_20: await recall(
      few,
      (question) => search(sql, question, "semantic", {}),
      (question) => actAs(sql, member, (transaction) => readAll(transaction, question)),
    ),
  });
  say({ step: "indexes", ...await indexScans(sql) });
}

function search(
  sql: postgres.Sql,
  { text, embedding }: Question,
  type: string,
  filters: Record<string, unknown>,
): Promise<string[]> {
  return actAs(sql, member, async (transaction) => {
    const [row] = await transaction<{ found: { results: { chunk_id: string }[] } }[]>`
      select public.search_knowledge(${text}, ${ORG}, ${vector(embedding)}, 'bench', ${type}, ${
      JSON.stringify(filters)
    }::text::jsonb, 20) as found`;
    return row?.found.results.map(({ chunk_id }) => chunk_id) ?? [];
  });
}

function nearest(sql: postgres.Sql, { embedding }: Question, looked: number): Promise<string[]> {
  return sql.begin(async (transaction) => {
    // It takes a table whose vectors lie elsewhere (TOAST) for a small one, and would read it whole.
    await transaction`select set_config('enable_seqscan', 'off', true), set_config('hnsw.ef_search', ${looked}::text, true)`;
    const rows = await transaction<{ id: string }[]>`select id from public.document_chunks
      order by embedding operator(extensions.<=>) ${vector(embedding)}::extensions.vector limit 20`;
    return rows.map(({ id }) => id);
  });
}

function nearestOfAll(sql: postgres.Sql, question: Question): Promise<string[]> {
  return sql.begin((transaction) => readAll(transaction, question));
}

/** The twenty nearest that a session sees, found by reading them all. */
async function readAll(transaction: postgres.TransactionSql, { embedding }: Question): Promise<string[]> {
  await transaction`select set_config('enable_indexscan', 'off', true)`;
  const rows = await transaction<{ id: string }[]>`select id from public.document_chunks
    order by embedding operator(extensions.<=>) ${vector(embedding)}::extensions.vector limit 20`;
  return rows.map(({ id }) => id);
}

/** Share of what is nearest that is found. */
async function recall(
  questions: readonly Question[],
  near: (question: Question) => Promise<string[]>,
  exactly: (question: Question) => Promise<string[]>,
): Promise<number> {
  let found = 0;
  for (const question of questions) {
    const [ids, wanted] = [await near(question), await exactly(question)];
    found += wanted.filter((id) => ids.includes(id)).length / wanted.length;
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

async function timed(
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

function vector(numbers: Float32Array): string {
  return `[${numbers.join(",")}]`;
}
