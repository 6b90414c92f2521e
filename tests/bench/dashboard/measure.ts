/**
 * The benchmark itself; bench.ts runs it with the local stack's configuration.
 *
 * @module
 */
import { parseArgs } from "node:util";
import postgres from "postgres";
import { buildDashboard, startStack } from "../../../supabase/local/mod.ts";
import { createPlainDatabase, keptDatabase } from "../gateway/database.ts";
import { askQuestion } from "./ask-question.ts";
import { addTail, type BusyOrganization, fillLog, settleDown } from "./generate.ts";
import { openOverview } from "./open-overview.ts";
import { questions } from "./questions.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    calls: { type: "string", default: "1000000" },
    days: { type: "string", default: "90" },
    rounds: { type: "string", default: "30" },
    loads: { type: "string", default: "10" },
    only: { type: "string" },
    "keep-database": { type: "string" },
    database: { type: "string" },
    keep: { type: "boolean", default: true },
  },
  allowNegative: true,
});
/** A database to fill and leave, and one that was left: a log of ten million calls takes longer to write than to measure. */
const { "keep-database": filled, database: found } = values;
const amount = { calls: Number(values.calls), days: Number(values.days) };
const lines: string[] = [];
const print = (line: Record<string, unknown>) => {
  // What else the machine had to do is in every figure: the mean number of waiting programs of the last minute.
  const load = Number((Deno.loadavg()[0] ?? 0).toFixed(1));
  const text = JSON.stringify({ bench: "dashboard", calls: amount.calls, days: amount.days, ...line, load });
  lines.push(text);
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
};

if (filled === undefined) {
  await buildDashboard({ dist: new URL("../../../dashboard/dist", import.meta.url).pathname, onProgress: () => {} });
}
const database = found !== undefined ? keptDatabase(found) : await createPlainDatabase("bench_dashboard", filled);
const stack = await startStack({ environment: { DATABASE_URL: database.url } });
const sql = postgres(database.url, { max: 1, onnotice: () => {} });
try {
  if (stack.demo === null) throw new Error("Cannot measure: the stack has no demo organization");
  const { orgId } = stack.demo;
  const [owner] = await sql<{ id: string }[]>`select id from auth.users where email = ${stack.demo.email}`;
  const organization = { orgId, userId: owner?.id ?? "" };
  if (found === undefined) {
    const begun = performance.now();
    await fillLog(sql, organization, amount);
    print({ step: "fill", seconds: Math.round((performance.now() - begun) / 1000), ...await size() });
  }
  if (filled === undefined) await measure(organization);
} finally {
  await sql.end();
  await stack.stop();
  if (filled === undefined && found === undefined) await database.drop();
}
if (values.keep && filled === undefined) {
  await Deno.writeTextFile(
    new URL(`../results/dashboard-${amount.calls}.jsonl`, import.meta.url),
    lines.join("\n") + "\n",
  );
}

async function measure(organization: BusyOrganization): Promise<void> {
  // A kept log may have been left in the middle of things, or by a version without some of today's tables.
  if (found !== undefined) await settleDown(sql);
  // What is above the rollups' mark is rolled up by cron within a minute, and read from the log until then.
  await addTail(sql, organization, amount);
  print({ step: "log", ...await size() });
  const asked = questions.filter(({ page, name }) => `${page} ${name}`.includes(values.only ?? ""));
  for (const question of asked) {
    print({ step: "query", ...await askQuestion(sql, organization, question, Number(values.rounds)) });
  }
  print({ step: "overview", ...await openOverview(stack, Number(values.loads)) });
}

async function size() {
  const [row] = await sql<{ requests: number; calls_in_log: number; bytes: number }[]>`
    select (select count(*)::integer from public.ai_request_logs) as requests,
           (select count(*)::integer from public.ai_call_logs) as calls_in_log, pg_database_size(current_database())::float8 as bytes`;
  return row;
}
