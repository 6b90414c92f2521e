/**
 * Quality of the knowledge search on public judgements: nDCG@10 of SciFact and XQuAD, by words, by meaning (with OpenAI's
 * embeddings where `OPENAI_API_KEY` is set, else the stand-in's, which are hashed words, not a model) and both, as a member under
 * row-level security on a real Postgres (`DATABASE_URL`).
 *
 * @module
 */
import postgres from "postgres";
import { blocksOfText, type Chunk, cutChunks } from "../../../shared/documents/mod.ts";
import { createDatabase } from "../../postgres/mod.ts";
import { type JudgedSet, ndcg10, readSet } from "./corpus.ts";
import { chooseEmbedder } from "./embedder.ts";

/** BM25 and Postgres baselines of the data's README, and a German question to English passages. */
const BASELINES: Record<string, Record<string, number>> = {
  scifact: { bm25: 0.675, postgres_or_ts_rank: 0.604 },
  xquad_de: { bm25: 0.941, postgres_or_ts_rank: 0.924 },
  xquad_en: { bm25: 0.969, postgres_or_ts_rank: 0.959 },
  xquad_es: { bm25: 0.954 },
  xquad_zh: { bm25: 0.966 },
  "xquad_en asked in German": { bm25: 0.486 },
};
const SIZE = 2_000;
const embedder = chooseEmbedder();

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

const database = await createDatabase("bench_knowledge");
const sql = postgres(database.url, { max: 1, onnotice: () => {} });
const results: string[] = [];
try {
  for (const name of Object.keys(BASELINES).filter((each) => !each.includes(" "))) {
    const set = readSet(name);
    if (set === null) print(JSON.stringify({ bench: "knowledge", set: name, skipped: "no data" }));
    else await measure(set);
  }
} finally {
  await sql.end();
  await database.drop();
}
if (results.length > 0) {
  Deno.writeTextFileSync(new URL("../results/knowledge.jsonl", import.meta.url), results.join("\n") + "\n");
}

/** The same questions in another language, to the same passages. */
function translated({ name }: JudgedSet): { name: string; questions: JudgedSet["questions"] }[] {
  const german = name === "xquad_en" ? readSet("xquad_de") : null;
  return german === null ? [] : [{ name: "xquad_en asked in German", questions: german.questions }];
}

async function measure(set: JudgedSet): Promise<void> {
  const [orgId, userId, baseId] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  await sql`insert into auth.users (id, email) values (${userId}, ${`${set.name}@bench.example`})`;
  await sql`insert into public.organizations (id, name, slug) values (${orgId}, ${set.name}, ${
    set.name.replace("_", "-")
  })`;
  await sql`insert into public.organization_members (org_id, user_id, role) values (${orgId}, ${userId}, 'member')`;
  await sql`insert into public.knowledge_bases (org_id, id, name) values (${orgId}, ${baseId}, 'Bench')`;
  const documents = await Promise.all(set.documents.map(async ({ id, title, text }) => ({
    id,
    size: text.length,
    chunks: cutChunks(await blocksOfText(text, "text"), { title: title || " ", size: SIZE, overlap: 0 }),
  })));
  await embedder.prepare(documents.flatMap(({ chunks }) => chunks.map(embedded)));
  for (const document of documents) await learn(document);
  await sql`analyze public.document_chunks`;

  for (const { questions, name } of [set, ...translated(set)]) await ask(name, questions);

  async function ask(name: string, questions: JudgedSet["questions"]): Promise<void> {
    await embedder.prepare(questions.map(({ text }) => text));
    for (const type of ["keyword", "semantic", "hybrid"]) await askBy(type, name, questions);
  }

  async function askBy(type: string, name: string, questions: JudgedSet["questions"]): Promise<void> {
    let total = 0;
    const milliseconds: number[] = [];
    for (const { id, text } of questions) {
      const vector = type === "keyword" ? null : embedder.vectorOf(text);
      const before = performance.now();
      const ranked = await search(text, vector, type);
      milliseconds.push(performance.now() - before);
      total += ndcg10(ranked, set.relevance.get(id) ?? new Map());
    }
    milliseconds.sort((one, other) => one - other);
    const line = JSON.stringify({
      bench: "knowledge",
      set: name,
      search_type: type,
      questions: questions.length,
      documents: set.documents.length,
      ndcg_at_10: Number((total / questions.length).toFixed(4)),
      p50_ms: Math.round(milliseconds[Math.floor(milliseconds.length / 2)] ?? 0),
      p95_ms: Math.round(milliseconds[Math.floor(milliseconds.length * 0.95)] ?? 0),
      embeddings: type === "keyword" ? null : embedder.name,
      baselines: BASELINES[name],
    });
    print(line);
    results.push(line);
  }

  async function learn({ id, size, chunks }: { id: string; size: number; chunks: Chunk[] }): Promise<void> {
    const [row] = await sql<{ id: string }[]>`
      insert into public.documents (org_id, base_id, name, mime_type, size_bytes, content_hash, source_text, state, processed_at)
      values (${orgId}, ${baseId}, ${id}, 'text/plain', ${size}, ${id}, '', 'processed', now()) returning id`;
    for (const chunk of chunks) {
      await sql`
        insert into public.document_chunks (org_id, base_id, document_id, position, content, section, char_start, char_end,
          language, token_count, embedding, embedding_model)
        values (${orgId}, ${baseId}, ${
        row?.id ?? ""
      }, ${chunk.position}, ${chunk.content}, ${chunk.section}, ${chunk.char_start},
          ${chunk.char_end}, ${chunk.language}, ${chunk.token_count}, ${
        embedder.vectorOf(embedded(chunk))
      }, ${embedder.name})`;
    }
  }

  async function search(question: string, vector: string | null, type: string): Promise<string[]> {
    return await sql.begin(async (transaction) => {
      await transaction`select set_config('role', 'authenticated', true),
        set_config('request.jwt.claims', ${JSON.stringify({ sub: userId, role: "authenticated" })}, true)`;
      const [row] = await transaction<{ found: { results: { document: string }[] } }[]>`
        select public.search_knowledge(${question}, ${orgId}, ${vector}, ${embedder.name}, ${type}, '{}', 20) as found`;
      return [...new Set(row?.found.results.map(({ document }) => document))];
    });
  }
}

/** What of a passage is embedded: as ingestion does it. */
function embedded({ section, content }: Pick<Chunk, "section" | "content">): string {
  return `${section}\n\n${content}`;
}
