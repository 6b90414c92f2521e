import assert from "node:assert/strict";
import postgres from "postgres";
import { openCronDatabase } from "./cron-database.ts";
import { applyMigrations, readMigrations } from "./mod.ts";

const PATIENCE_MS = 120_000;
const PAUSE_MS = 250;

const cronFile = await Deno.readTextFile(new URL("../../supabase/cron.sql", import.meta.url));
const cron = await openCronDatabase();

Deno.test.afterAll(() => cron?.close());

Deno.test({
  name: "supabase/cron.sql can be applied twice and leaves each job once",
  ignore: cron === null,
  fn: async () => {
    assert.ok(cron);
    await applyMigrations((statements) => cron.sql.unsafe(statements), await readMigrations());
    await cron.sql.unsafe(cronFile);
    const jobs = await cron.sql`select jobname, schedule, command, username, active from cron.job order by jobname`;
    await cron.sql.unsafe(cronFile);
    assert.deepEqual(
      await cron.sql`select jobname, schedule, command, username, active from cron.job order by jobname`,
      jobs,
    );
    assert.equal(jobs.length, cronFile.match(/cron\.schedule\(/g)?.length);
    assert.ok(jobs.every(({ username, active }) => username === "postgres" && active));
  },
});

Deno.test({
  name: "the real pg_cron runs every job of supabase/cron.sql without an error",
  ignore: cron === null,
  fn: async (test) => {
    assert.ok(cron);
    // Nightly and hourly jobs are not waited for: what is tested is that each command works where and as whom cron runs it.
    await cron.sql`select cron.alter_job(jobid, schedule => '1 second') from cron.job`;
    const outcomes = await finishedJobs(cron.sql);
    for (const { jobname, status, return_message } of outcomes) {
      await test.step(jobname, () => assert.equal(status, "succeeded", return_message));
    }
    const problems = await cron.sql`select * from public.ai_ledger_check`;
    assert.deepEqual([...problems], []);
  },
});

interface Outcome {
  jobname: string;
  /** Null while the job has not ended once. */
  status: string | null;
  return_message: string;
}

/** The first outcome of every job. pg_cron tells nobody, so its history is read until all have one. */
async function finishedJobs(sql: postgres.Sql): Promise<Outcome[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const outcomes = await sql<Outcome[]>`
      select j.jobname, min(d.status) as status, coalesce(min(d.return_message), 'never ran') as return_message
      from cron.job as j
      left join cron.job_run_details as d on d.jobid = j.jobid and d.status in ('succeeded', 'failed')
      group by j.jobname order by j.jobname`;
    if (outcomes.every(({ status }) => status !== null) || Date.now() > deadline) return outcomes;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
