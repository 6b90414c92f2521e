import type { Database } from "../database/database.ts";
import type { BackgroundWork } from "./http-queue.ts";
import { scheduleTimer, type Timer } from "./schedule-timer.ts";

/** A row of `cron.job`. */
interface Job {
  jobid: number;
  schedule: string;
  command: string;
  database: string;
  username: string;
}

/** Runs the jobs of `cron.job` when they are due and records each run in `cron.job_run_details`. */
export async function startCronJobs(
  { database, log, timer = scheduleTimer }: {
    database: Database;
    log: (line: string) => void;
    timer?: (schedule: string, onDue: () => void) => Timer;
  },
): Promise<BackgroundWork> {
  const timers = new Map<number, Timer & { version: string }>();
  const running = new Map<number, Promise<void>>();
  let reading = Promise.resolve();
  let stopped = false;

  async function runOnce({ jobid, command, database: name, username }: Job): Promise<void> {
    const [run] = await database.query<{ runid: number }>(
      `insert into cron.job_run_details (jobid, database, username, command, status, start_time)
       values ($1, $2, $3, $4, 'running', clock_timestamp()) returning runid`,
      [jobid, name, username, command],
    );
    const outcome = await database.script(command, username).then(
      (message) => ({ status: "succeeded", message }),
      (error) => ({ status: "failed", message: `ERROR:  ${error instanceof Error ? error.message : error}` }),
    );
    await database.query(
      "update cron.job_run_details set status = $2, return_message = $3, end_time = clock_timestamp() where runid = $1",
      [run?.runid, outcome.status, outcome.message],
    );
  }

  /** A job that still runs when it is due again waits for its next time, as in pg_cron. */
  function start(job: Job): void {
    if (running.has(job.jobid)) return;
    const run = runOnce(job)
      .catch((error) => log(`[pg_cron] Cannot record a run of job ${job.jobid}: ${error}`))
      .finally(() => running.delete(job.jobid));
    running.set(job.jobid, run);
  }

  async function readJobs(): Promise<void> {
    const jobs = await database.query<Job>(
      "select jobid, schedule, command, database, username from cron.job where active",
    );
    if (stopped) return;
    const wanted = new Map(jobs.map((job) => [job.jobid, job]));
    for (const [jobid, { stop, version }] of timers) {
      const job = wanted.get(jobid);
      if (job !== undefined && version === JSON.stringify(job)) continue;
      stop();
      timers.delete(jobid);
    }
    for (const job of jobs) {
      if (!timers.has(job.jobid)) {
        timers.set(job.jobid, { ...timer(job.schedule, () => start(job)), version: JSON.stringify(job) });
      }
    }
  }

  /** One reading after the other: an older one that ends last would bring back what is no more. */
  function refresh(): void {
    reading = reading.then(readJobs).catch((error) => log(`[pg_cron] Cannot read the jobs: ${error}`));
  }

  // Runs that an earlier process did not live to end.
  await database.query(
    "update cron.job_run_details set status = 'failed', return_message = 'server restarted' where status = 'running'",
  );
  const unlisten = await database.listen("cron_wake", refresh, refresh);
  reading = reading.then(readJobs);
  await reading;
  return {
    async stop() {
      stopped = true;
      await unlisten();
      await reading;
      for (const { stop } of timers.values()) stop();
      timers.clear();
      await Promise.all(running.values());
    },
  };
}
