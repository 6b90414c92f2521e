import assert from "node:assert/strict";
import type { Database } from "../database/database.ts";
import { openPrepared } from "../fixtures/open-database.ts";
import { startCronJobs } from "./cron-jobs.ts";

/** Stands for time: a job is due when the test says so. */
function handTimer() {
  const due = new Map<string, () => void>();
  const timer = (schedule: string, onDue: () => void) => {
    due.set(schedule, onDue);
    return { stop: () => void due.delete(schedule) };
  };
  return { due, timer };
}

const RUNS = "select jobid, username, command, status, return_message from cron.job_run_details order by runid";

Deno.test("cron jobs run when due, as their owner, and record success and failure", async () => {
  const database = await openPrepared();
  await database.script(`
    create table public.ticks (who text);
    grant insert on public.ticks to service_role;
    select cron.schedule('tick', '* * * * *', 'insert into public.ticks values (current_user)');
    select cron.schedule('fail', '5 seconds', 'select 1 / 0');
    select cron.schedule_in_database('role', '@daily', 'insert into public.ticks values (current_user)', current_database(), 'service_role');`);
  const { due, timer } = handTimer();
  const jobs = await startCronJobs({ database, log: (line) => assert.fail(line), timer });
  assert.deepEqual([...due.keys()].sort(), ["* * * * *", "5 seconds", "@daily"]);
  for (const fire of due.values()) fire();
  await jobs.stop();
  assert.deepEqual(await database.query("select who from public.ticks order by who"), [
    { who: "postgres" },
    { who: "service_role" },
  ]);
  const insert = "insert into public.ticks values (current_user)";
  const runs = await database.query<{ jobid: number }>(RUNS);
  assert.deepEqual(runs.sort((a, b) => a.jobid - b.jobid), [
    { jobid: 1, username: "postgres", command: insert, status: "succeeded", return_message: "INSERT 0 1" },
    {
      jobid: 2,
      username: "postgres",
      command: "select 1 / 0",
      status: "failed",
      return_message: "ERROR:  division by zero",
    },
    { jobid: 3, username: "service_role", command: insert, status: "succeeded", return_message: "INSERT 0 1" },
  ]);
  assert.deepEqual(due.size, 0);
  await database.close();
});

Deno.test("cron jobs follow cron.job while they run: new, changed, inactive and unscheduled ones", async () => {
  const database = await openPrepared();
  const { due, timer } = handTimer();
  const waiting = new Set<() => void>();
  const changed = () => new Promise<void>((resolve) => waiting.add(resolve));
  const jobs = await startCronJobs({
    database,
    log: (line) => assert.fail(line),
    timer: (schedule, onDue) => {
      const { stop } = timer(schedule, onDue);
      for (const resolve of waiting) resolve();
      return {
        stop: () => {
          stop();
          for (const resolve of waiting) resolve();
        },
      };
    },
  });
  for (
    const [sql, expected] of [
      ["select cron.schedule('j', '1 1 * * *', 'select 1')", ["1 1 * * *"]],
      ["select cron.schedule('j', '2 2 * * *', 'select 1')", ["2 2 * * *"]],
      ["select cron.alter_job(1, active := false)", []],
      ["select cron.alter_job(1, active := true)", ["2 2 * * *"]],
      ["select cron.unschedule('j')", []],
    ] as const
  ) {
    const seen = changed();
    await database.query(sql);
    await seen;
    await database.query("select 1");
    assert.deepEqual([...due.keys()], expected, sql);
  }
  await jobs.stop();
  await database.close();
});

Deno.test("a cron job that leaves a transaction open does not take others with it", async () => {
  const database = await openPrepared();
  await database.query("select cron.schedule('open', '* * * * *', 'begin; select 1 / 0')");
  const { due, timer } = handTimer();
  const jobs = await startCronJobs({ database, log: (line) => assert.fail(line), timer });
  due.get("* * * * *")?.();
  await jobs.stop();
  assert.deepEqual(await database.query("select status from cron.job_run_details"), [{ status: "failed" }]);
  await database.close();
});

Deno.test("runs that a killed process left behind are told as failed", async () => {
  const database = await openPrepared();
  await database.query("insert into cron.job_run_details (jobid, command, status) values (1, 'x', 'running')");
  const jobs = await startCronJobs({ database, log: (line) => assert.fail(line), timer: handTimer().timer });
  await jobs.stop();
  assert.deepEqual(await database.query("select status, return_message from cron.job_run_details"), [
    { status: "failed", return_message: "server restarted" },
  ]);
  await database.close();
});

/** The same database; what it answers about the jobs from `hold()` on is kept back until the returned function is called. */
function slowToTell(database: Database) {
  let released = Promise.withResolvers<void>();
  let asked = Promise.withResolvers<void>();
  released.resolve();
  const slow: Database = {
    async query<Row>(text: string, parameters?: readonly unknown[]) {
      const rows = await database.query<Row>(text, parameters);
      if (!text.includes("from cron.job where")) return rows;
      asked.resolve();
      await released.promise;
      return rows;
    },
    script: (text, as) => database.script(text, as),
    transaction: (work) => database.transaction(work),
    listen: (channel, onPayload, onAgain) => database.listen(channel, onPayload, onAgain),
    close: () => database.close(),
  };
  const hold = () => {
    released = Promise.withResolvers();
    asked = Promise.withResolvers();
    return released.resolve;
  };
  return { slow, hold, asked: () => asked.promise };
}

/** Long enough for whatever waits for nothing but the database. */
async function settleDown(database: Database): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await database.query("select 1");
}

Deno.test("cron jobs that were being read when they are stopped set no timer any more", async () => {
  const database = await openPrepared();
  const { due, timer } = handTimer();
  const { slow, hold, asked } = slowToTell(database);
  const jobs = await startCronJobs({ database: slow, log: (line) => assert.fail(line), timer });
  const release = hold();
  await database.query("select cron.schedule('late', '1 1 * * *', 'select 1')");
  await asked();
  const stopped = jobs.stop();
  await settleDown(database);
  release();
  await stopped;
  await settleDown(database);
  assert.deepEqual([...due.keys()], []);
  await database.close();
});

Deno.test("an older reading of the jobs does not undo a newer one", async () => {
  const database = await openPrepared();
  const { due, timer } = handTimer();
  const { slow, hold, asked } = slowToTell(database);
  const jobs = await startCronJobs({ database: slow, log: (line) => assert.fail(line), timer });
  const tellOlder = hold();
  await database.query("select cron.schedule('j', '1 1 * * *', 'select 1')");
  await asked();
  const tellNewer = hold();
  await database.query("select cron.schedule('j', '2 2 * * *', 'select 1')");
  await settleDown(database);
  tellNewer();
  await settleDown(database);
  tellOlder();
  await settleDown(database);
  assert.deepEqual([...due.keys()], ["2 2 * * *"]);
  await jobs.stop();
  await database.close();
});
