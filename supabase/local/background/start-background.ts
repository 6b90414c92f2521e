import type { Database } from "../database/database.ts";
import { startCronJobs } from "./cron-jobs.ts";
import { type BackgroundWork, startHttpQueue } from "./http-queue.ts";

/** Does the work of pg_net and pg_cron where the database has our stand-ins of them, and leaves it to the real ones. */
export async function startBackground(
  { database, log }: { database: Database; log: (line: string) => void },
): Promise<BackgroundWork> {
  const [own] = await database.query<{ net: boolean; cron: boolean }>(
    `select to_regprocedure('net._wake_on_insert()') is not null as net,
       to_regprocedure('cron._check_schedule(text)') is not null as cron`,
  );
  const works: BackgroundWork[] = [];
  if (own?.net) works.push(await startHttpQueue({ database, log }));
  if (own?.cron) works.push(await startCronJobs({ database, log }));
  return {
    async stop() {
      // Jobs first: they may still queue requests.
      for (const work of works.reverse()) await work.stop();
    },
  };
}
