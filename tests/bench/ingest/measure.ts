/**
 * The benchmark itself; bench.ts runs it with the local stack's configuration.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { type Stack, startStack } from "../../../supabase/local/mod.ts";
import { createPlainDatabase } from "../gateway/database.ts";
import { type Subject, subjects } from "./subjects.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { only: { type: "string" }, keep: { type: "boolean", default: true } },
  allowNegative: true,
});
const names = values.only?.split(",") ?? Object.keys(subjects);
const isReal = Deno.env.get("DATABASE_URL") !== undefined;
const lines: string[] = [];
const print = (line: Record<string, unknown>) => {
  // What else the machine had to do is in every figure.
  const load = Number((Deno.loadavg()[0] ?? 0).toFixed(1));
  const text = JSON.stringify({ bench: "ingest", database: isReal ? "postgres" : "embedded", ...line, load });
  lines.push(text);
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
};

/** What the host said of functions that went over a limit. */
const killed: string[] = [];
const database = isReal ? await createPlainDatabase("bench_ingest") : null;
const stack = await startStack({
  environment: database === null ? {} : { DATABASE_URL: database.url },
  onLog: (line) => {
    if (/limit reached/i.test(line)) killed.push(line);
  },
});
try {
  if (stack.demo === null) throw new Error("Cannot measure: the stack has no demo organization");
  const owner = createClient(stack.url, stack.publishableKey, { auth: { persistSession: false } });
  const { email, password, orgId } = stack.demo;
  const { error } = await owner.auth.signInWithPassword({ email, password });
  if (error !== null) throw error;
  for (const name of names) {
    const make = subjects[name];
    if (make === undefined) throw new Error(`Cannot measure '${name}': there are ${Object.keys(subjects).join(", ")}`);
    print(await measure(make(), owner, { stack, orgId }));
  }
} finally {
  await stack.stop();
  await database?.drop();
}
if (values.keep) {
  await Deno.writeTextFile(
    new URL(`../results/ingest-${isReal ? "postgres" : "embedded"}.jsonl`, import.meta.url),
    lines.join("\n") + "\n",
  );
}

async function measure(
  { name, file, bytes }: Subject,
  owner: SupabaseClient,
  { stack, orgId }: { stack: Stack; orgId: string },
): Promise<Record<string, unknown>> {
  const path = `${orgId}/${crypto.randomUUID()}/${file}`;
  const begun = performance.now();
  const uploaded = await owner.storage.from("knowledge").upload(path, bytes);
  if (uploaded.error !== null) throw uploaded.error;
  const uploadMs = performance.now() - begun;
  const killedBefore = killed.length;
  const { data, error } = await owner.functions.invoke("ingest-document", { body: { input: { path }, org_id: orgId } });
  if (error !== null) throw error;
  const jobId = data.data.job_id;
  for (;;) {
    const { data: job } = await owner.from("ingestion_jobs").select("*,ingestion_steps(*)").eq("id", jobId).single();
    if (job !== null && !["queued", "running"].includes(job.state)) {
      if (job.state !== "done") {
        throw new Error(`Cannot measure ${name}: ${job.state} ${job.error_code} ${job.problem}`);
      }
      const seconds = (performance.now() - begun) / 1_000;
      const steps = Object.fromEntries(job.ingestion_steps.map((step: { step: string }) => [step.step, step]));
      const [sent] = await stack.sql<{ invocations: number }>(
        "select count(*)::int as invocations from net._http_response where content like '%' || $1 || '%'",
        [jobId],
      );
      return {
        name,
        megabytes: round(bytes.length / 1e6),
        upload_ms: Math.round(uploadMs),
        seconds: round(seconds),
        pages: steps.read.total,
        passages: job.chunk_count,
        passages_a_second: round(job.chunk_count / seconds),
        megabytes_a_second: round(bytes.length / 1e6 / seconds),
        invocations: sent?.invocations ?? null,
        tries: job.tries,
        over_limit: killed.length - killedBefore,
      };
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
