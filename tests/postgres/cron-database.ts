import postgres from "postgres";
import { renewCronDatabase } from "./base-template.ts";
import { CRON_DATABASE } from "./cluster.ts";
import { withDatabase } from "./connection-string.ts";
import { serverUrl } from "./create-database.ts";

/** The database where pg_cron runs, to ourselves. */
export interface CronDatabase {
  /** As its owner. */
  sql: postgres.Sql;
  /** Unschedules everything and lets the next one in. */
  close: () => Promise<void>;
}

/**
 * Takes the server's one pg_cron database, empty. Null where that is not ours to take: a server that we did not provision
 * keeps its jobs. Waits while another run has it.
 */
export async function openCronDatabase(): Promise<CronDatabase | null> {
  const superuser = new URL(serverUrl());
  superuser.username = "supabase_admin";
  superuser.password = "";
  const admin = postgres(superuser.href, { max: 1, onnotice: () => {} });
  const [setting] = await admin<{ name: string | null }[]>`select current_setting('cron.database_name', true) as name`
    .catch(() => []);
  if (setting?.name !== CRON_DATABASE) {
    await admin.end();
    return null;
  }
  await admin`select pg_advisory_lock(hashtext(${CRON_DATABASE}))`;
  await renewCronDatabase(superuser.href);
  const sql = postgres(withDatabase(serverUrl(), CRON_DATABASE), { max: 2, onnotice: () => {} });
  return {
    sql,
    close: async () => {
      await sql`select cron.unschedule(jobid) from cron.job`;
      await sql.end();
      await admin.end();
    },
  };
}
