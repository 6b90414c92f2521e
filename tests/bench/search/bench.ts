/**
 * How long a search takes among many passages, on a real Postgres (`DATABASE_URL`): as a member who may read 56 % of them, by
 * meaning, by words, by both and filtered, beside pgvector's own index without rights or filters. `--passages 100000`.
 *
 * Making a large database takes long and loads the machine, so it can be done apart: `--keep-database NAME` makes one and
 * leaves it, `--database NAME` measures it, as often as wanted. Without either one is made, measured and dropped.
 *
 * @module
 */
import { parseArgs } from "node:util";
import postgres from "postgres";
import { serverUrl, withDatabase } from "../../postgres/mod.ts";
import { makePassages } from "./make-passages.ts";
import { measureSearch } from "./measure-search.ts";

const { values } = parseArgs({
  args: Deno.args.slice(1),
  options: {
    passages: { type: "string", default: "10000" },
    rounds: { type: "string", default: "60" },
    workers: { type: "string", default: "2" },
    memory: { type: "string", default: "2GB" },
    "keep-database": { type: "string" },
    database: { type: "string" },
    keep: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const rounds = Number(values.rounds);
const lines: string[] = [];
let passages = Number(values.passages);

if (values["keep-database"]) {
  const { url, sql } = await make();
  await sql.end();
  await rename(new URL(url).pathname.slice(1), values["keep-database"]);
} else if (values.database) {
  const sql = postgres(withDatabase(serverUrl(), values.database), { max: 4, onnotice: () => {} });
  passages = Number((await sql`select count(*) as passages from public.document_chunks`)[0]?.["passages"]);
  await measureSearch(sql, { rounds, say }).finally(() => sql.end());
} else {
  const database = await make();
  await measureSearch(database.sql, { rounds, say }).finally(() => database.drop());
}
if (values.keep && !values["keep-database"]) {
  Deno.writeTextFileSync(new URL(`../results/search-${passages}.jsonl`, import.meta.url), `${lines.join("\n")}\n`);
}

function make() {
  return makePassages({ passages, workers: Number(values.workers), memory: values.memory, say });
}

/** Only a database that is whole gets the name asked for. */
async function rename(name: string, wanted: string): Promise<void> {
  const admin = postgres(serverUrl(), { max: 1, onnotice: () => {} });
  try {
    await admin`drop database if exists ${admin(wanted)} with (force)`;
    await admin`alter database ${admin(name)} rename to ${admin(wanted)}`;
  } finally {
    await admin.end();
  }
}

function say(figures: Record<string, unknown>): void {
  const line = JSON.stringify({ bench: "search", passages, ...figures });
  lines.push(line);
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
