/**
 * Recall of memory on LoCoMo's public conversations: R@5/10/20 by category, and how often it abstains where nothing answers, by
 * words and by words and meaning (the stand-in's embeddings, which are hashed words, not a model), as the user under row-level
 * security on a real Postgres (`DATABASE_URL`); and beside them BM25 over each turn with a neighbour on each side. Weights were chosen on conversations 26 and 30; `held_out` is 41 and 42.
 *
 * @module
 */
import postgres from "postgres";
import { embed } from "../../../supabase/local/stand-in/embeddings.ts";
import { createDatabase } from "../../postgres/mod.ts";
import { Bm25, type CountedWords, joined } from "./bm25.ts";
import { areaUnderCurve, contentOf, type Question, readLocomo, recallAt, saidAt, type Turn } from "./locomo.ts";

const TUNED_ON = ["conv-26", "conv-30"];
const PARTS = ["tuned_on", "held_out", "all"] as const;
const MOST = 50;
const SEARCHES = (Deno.args[2] ?? "words,hybrid").split(",") as ("words" | "hybrid")[];
const weights = JSON.parse(Deno.args[1] ?? "{}");
const vectorOf = (text: string) => `[${Array.from(embed(text, 1536), (value) => value.toFixed(6)).join(",")}]`;
/** What nobody would write down, in four languages. */
const SMALL_TALK = [
  ...["Hi!", "Thanks, bye!", "ok", "Good morning", "Can you explain that?", "What does R10 mean?", "Shorter please"],
  ...["Hallo!", "Danke schön!", "Wie spät ist es?", "Was kostet Schiefer?", "Bitte kürzer"],
  ...["Bonjour !", "Merci beaucoup !", "Quelle heure est-il ?", "Plus court"],
  ...["¡Hola!", "¡Gracias!", "¿Qué hora es?", "Más corto"],
];

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

const data = readLocomo();
if (data === null) {
  print(JSON.stringify({ bench: "memory", skipped: "no data" }));
  Deno.exit(0);
}
const { turns, questions } = data;
const conversations = [...new Set(turns.map(({ conv }) => conv))];
const database = await createDatabase("bench_memory");
const sql = postgres(database.url, { max: 1, onnotice: () => {} });
const results: string[] = [];
try {
  const orgId = crypto.randomUUID();
  await sql`insert into public.organizations (id, name, slug) values (${orgId}, 'Bench', 'bench')`;
  const users = new Map<string, string>();
  const turnOf = new Map<string, string>();
  for (const conv of conversations) {
    users.set(
      conv,
      await remember(orgId, turns.filter((turn) => turn.conv === conv), turnOf),
    );
  }
  await sql`analyze public.ai_memory_turns`;
  await gate();
  tellRecall("bm25_with_neighbours", await byBm25());
  for (const search of SEARCHES) await measure(search, orgId, users, turnOf);
} finally {
  await sql.end();
  await database.drop();
}
if (Deno.args[1] === undefined) {
  Deno.writeTextFileSync(new URL("../results/memory.jsonl", import.meta.url), results.join("\n") + "\n");
}

async function remember(orgId: string, said: Turn[], turnOf: Map<string, string>): Promise<string> {
  const userId = crypto.randomUUID();
  await sql`insert into auth.users (id, email) values (${userId}, ${`${userId}@bench.example`})`;
  await sql`insert into public.organization_members (org_id, user_id, role) values (${orgId}, ${userId}, 'member')`;
  const threads = new Map<number, string>();
  for (const [place, turn] of said.entries()) {
    const thread = threads.get(turn.session) ?? crypto.randomUUID();
    threads.set(turn.session, thread);
    const id = crypto.randomUUID();
    turnOf.set(id, turn.turn);
    const content = contentOf(turn);
    await sql`
      insert into public.ai_memory_turns (org_id, id, user_id, thread_id, speaker, content, said_at, seq, words, word_count,
        embedding, embedding_model)
      values (${orgId}, ${id}, ${userId}, ${thread}, ${turn.speaker}, ${content}, ${saidAt(turn.date, place)}, 0, '', 0,
        ${vectorOf(`${turn.speaker}: ${content}`)}, 'stand-in')`;
  }
  return userId;
}

/** What the gate before note-taking lets through: of turns that questions were asked about, and of all. */
async function gate(): Promise<void> {
  const evidence = new Set(
    questions.flatMap(({ conv, evidence_corrected }) => evidence_corrected.map((turn) => conv + turn)),
  );
  const passed = await sql<{ passed: boolean }[]>`
    select private.worth_remembering(said) as passed from unnest(${
    turns.map(contentOf)
  }::text[]) with ordinality as t (said, place)
    order by place`;
  const asked = turns.map(({ conv, turn }) => evidence.has(conv + turn));
  keep({
    gate: "worth_remembering",
    turns: turns.length,
    passed: share(passed.map((row) => row.passed)),
    passed_of_evidence: share(passed.filter((_, place) => asked[place]).map((row) => row.passed)),
    small_talk_passed: share(
      (await sql<
        { passed: boolean }[]
      >`select private.worth_remembering(said) as passed from unnest(${SMALL_TALK}::text[]) as said`)
        .map((row) => row.passed),
    ),
  });
}

async function measure(
  search: "words" | "hybrid",
  orgId: string,
  users: Map<string, string>,
  turnOf: Map<string, string>,
): Promise<void> {
  const found: { question: Question; ranked: string[]; confidence: number; abstained: boolean }[] = [];
  const milliseconds: number[] = [];
  for (const question of questions) {
    const vector = search === "hybrid" ? vectorOf(question.question) : null;
    const before = performance.now();
    const ask = (least: number | null) =>
      recall(users.get(question.conv) ?? "", orgId, question.question, vector, {
        ...weights,
        ...(least === null ? {} : { least }),
      });
    const ranked = await ask(0);
    milliseconds.push(performance.now() - before);
    found.push({
      question,
      ranked: ranked.results.map(({ id }) => turnOf.get(id) ?? ""),
      confidence: ranked.confidence,
      abstained: !(await ask(null)).found,
    });
  }
  milliseconds.sort((one, other) => one - other);
  tellRecall(search, found);
  for (const part of PARTS) {
    const asked = found.filter(({ question }) => isOf(part, question));
    const none = asked.filter(({ question }) => question.category === "adversarial");
    const some = asked.filter(({ question }) => question.category !== "adversarial");
    keep({
      part,
      search,
      abstained_on_unanswerable: share(none.map(({ abstained }) => abstained)),
      abstained_on_answerable: share(some.map(({ abstained }) => abstained)),
      confidence_auc: Number(
        areaUnderCurve(some.map(({ confidence }) => confidence), none.map(({ confidence }) => confidence)).toFixed(3),
      ),
      p50_ms: Math.round(milliseconds[Math.floor(milliseconds.length / 2)] ?? 0),
      p95_ms: Math.round(milliseconds[Math.floor(milliseconds.length * 0.95)] ?? 0),
    });
  }
}

/** What one search found for a question. */
interface Found {
  question: Question;
  /** Turn ids, best first. */
  ranked: string[];
}

function isOf(part: typeof PARTS[number], { conv }: Question): boolean {
  return part === "all" || TUNED_ON.includes(conv) === (part === "tuned_on");
}

/** R@5 to R@50 of each part, and of each category of all. */
function tellRecall(search: string, found: readonly Found[]): void {
  for (const part of PARTS) {
    const asked = found.filter(({ question }) => isOf(part, question));
    const categories = part === "all" ? [...new Set(asked.map(({ question }) => question.category))] : [];
    for (const category of [...categories, "all"]) {
      const chosen = asked.filter(({ question }) => category === "all" || question.category === category);
      const at = (most: number) =>
        Number(
          (100 * mean(chosen.map(({ ranked, question }) => recallAt(ranked, question.evidence_corrected, most))))
            .toFixed(1),
        );
      const recalled = { "R@5": at(5), "R@10": at(10), "R@20": at(20), "R@50": at(50) };
      keep({ part, category, search, questions: chosen.length, ...recalled });
    }
  }
}

/** BM25 over the stems of each turn and its neighbours in the same session. */
async function byBm25(): Promise<Found[]> {
  const said = await counted(turns.map((turn) => `${turn.speaker}: ${contentOf(turn)}`));
  const asked = await counted(questions.map(({ question }) => question));
  const searches = new Map(conversations.map((conv) => {
    const texts = turns.flatMap((turn, place) => {
      if (turn.conv !== conv) return [];
      const near = [place - 1, place, place + 1].filter((at) =>
        turns[at]?.conv === conv && turns[at]?.session === turn.session
      );
      return [[turn.turn, joined(near.flatMap((at) => said[at] ?? []))] as const];
    });
    return [conv, new Bm25(new Map(texts))];
  }));
  return questions.map((question, place) => ({
    question,
    ranked: searches.get(question.conv)?.search(asked[place] ?? new Map()) ?? [],
  }));
}

/** Stems of English texts without stop words, counted: Postgres' own. */
async function counted(texts: readonly string[]): Promise<CountedWords[]> {
  const rows = await sql<{ words: Record<string, number> }[]>`
    select (
      select coalesce(jsonb_object_agg(word.lexeme, cardinality(word.positions)), '{}')
      from unnest(to_tsvector('english', said)) as word
    ) as words
    from unnest(${[...texts]}::text[]) with ordinality as t (said, place) order by place`;
  return rows.map(({ words }) => new Map(Object.entries(words)));
}

async function recall(
  userId: string,
  orgId: string,
  question: string,
  vector: string | null,
  weighed: Record<string, number>,
) {
  return await sql.begin(async (transaction) => {
    await transaction`select set_config('role', 'authenticated', true),
      set_config('request.jwt.claims', ${JSON.stringify({ sub: userId, role: "authenticated" })}, true)`;
    const [row] = await transaction<{ found: { found: boolean; confidence: number; results: { id: string }[] } }[]>`
      select public.recall_memory(${question}, ${orgId}, ${vector}, 'stand-in', '{}', ${MOST}, ${
      sql.json(weighed)
    }) as found`;
    return row?.found ?? { found: false, confidence: 0, results: [] };
  });
}

function keep(line: Record<string, unknown>): void {
  const text = JSON.stringify({ bench: "memory", set: "locomo", ...line });
  print(text);
  results.push(text);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function share(values: readonly boolean[]): number {
  return Number(mean(values.map(Number)).toFixed(3));
}
