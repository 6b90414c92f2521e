import type postgres from "postgres";
import { createDatabase, type TestDatabase } from "../../postgres/mod.ts";
import { copyPassages } from "./copy-passages.ts";
import { PER_DOCUMENT } from "./passages.ts";

const PER_COPY = 10_000;

/** How such a database is made. */
export interface Making {
  passages: number;
  /** Programs that load, and that build the vectors' index. */
  workers: number;
  /** What building an index may use, as Postgres writes it. A million vectors want 8 GB, or the index is built on disk. */
  memory: string;
  say: (figures: Record<string, unknown>) => void;
}

/** A migrated database with so many passages in it: loaded first and indexed afterwards, as anybody would who moves many in. */
export async function makePassages({ passages, workers, memory, say }: Making): Promise<TestDatabase> {
  const database = await createDatabase("bench_search");
  try {
    const { sql } = database;
    await sql.unsafe(await Deno.readTextFile(new URL("./passages.sql", import.meta.url)));
    const indexes = await dropIndexes(sql);
    const seconds = stopwatch();
    await load(sql, passages, workers);
    say({ step: "load", seconds: seconds() });
    for (const { name, definition } of indexes) {
      await build(sql, definition, workers, memory);
      say({ step: `build ${name}`, seconds: seconds() });
    }
    await sql.unsafe("vacuum analyze");
    say({ step: "vacuum analyze", seconds: seconds() });
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  }
}

/** Every index that no key needs, the vectors' last to come back: it is the longest to build. */
async function dropIndexes(sql: postgres.Sql): Promise<{ name: string; definition: string }[]> {
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition from pg_indexes
    where schemaname = 'public' and tablename = 'document_chunks' and indexname not in (select conname from pg_constraint)
    order by indexdef like '%hnsw%', indexname`;
  for (const { name } of indexes) await sql`drop index public.${sql(name)}`;
  return [...indexes];
}

async function load(sql: postgres.Sql, passages: number, workers: number): Promise<void> {
  await sql`select public.bench_documents(0, ${Math.ceil(passages / PER_DOCUMENT)})`;
  let next = 0;
  await Promise.all(Array.from({ length: workers }, async () => {
    while (next < passages) {
      const from = next;
      next = Math.min(passages, from + PER_COPY);
      await copyPassages(sql, from, next);
    }
  }));
}

async function build(sql: postgres.Sql, definition: string, workers: number, memory: string): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`select
      set_config('maintenance_work_mem', ${memory}, true),
      set_config('max_parallel_maintenance_workers', ${workers - 1}::text, true)`;
    await transaction.unsafe(definition);
  });
}

/** Whole seconds since the last look, by the clock of the machine: a benchmark's, never a test's. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return Math.round((last - before) / 1000);
  };
}
