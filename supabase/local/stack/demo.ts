import { createHash } from "node:crypto";
import type { Database } from "../database/database.ts";
import { runStatements } from "../database/run-statements.ts";
import { splitStatements } from "../database/split-statements.ts";

/** The id that seed.sql gives the demo organization. */
export const DEMO_ORG_ID = "00000000-0000-4000-8000-000000000001";
export const DEMO_EMAIL = "demo@signalbox.local";

/** How the history names the seed file, as the Supabase CLI does. */
const SEED_PATH = "supabase/seed.sql";

/** What the demo is made with. */
export interface DemoParts {
  database: Database;
  password: string;
  /** Whether the password was made just now, so that a user from an earlier start has another. */
  passwordIsFresh: boolean;
  /** The auth API's sign-up. */
  signUp: (email: string, password: string) => Promise<Response>;
  /** Null when the project has no seed. */
  seedFile: string | null;
}

/**
 * Signs the demo user up as a person would and applies seed.sql, which makes the organization they own.
 */
export async function createDemo(
  { database, password, passwordIsFresh, signUp, seedFile }: DemoParts,
): Promise<void> {
  const [user] = await database.query("select from auth.users where email = $1", [DEMO_EMAIL]);
  if (user === undefined) {
    const answer = await signUp(DEMO_EMAIL, password);
    if (!answer.ok) throw new Error(`Cannot sign up the demo user: ${answer.status} ${await answer.text()}`);
    await answer.body?.cancel();
  } else if (passwordIsFresh) {
    await database.query(
      "update auth.users set encrypted_password = extensions.crypt($2, extensions.gen_salt('bf', 10)) where email = $1",
      [DEMO_EMAIL, password],
    );
  }
  if (seedFile !== null) await applySeed(database, seedFile);
}

/** Applies the file unless the database had it already as it is now; it is written to be run again. */
async function applySeed(database: Database, path: string): Promise<void> {
  const script = await Deno.readTextFile(path);
  const hash = createHash("sha256").update(script).digest("hex");
  const [applied] = await database.query<{ hash: string }>(
    "select hash from supabase_migrations.seed_files where path = $1",
    [SEED_PATH],
  );
  if (applied?.hash === hash) return;
  await database.transaction(async (session) => {
    await runStatements(session, splitStatements(script), SEED_PATH);
    await session.query(
      `insert into supabase_migrations.seed_files (path, hash) values ($1, $2)
       on conflict (path) do update set hash = excluded.hash`,
      [SEED_PATH, hash],
    );
  });
}
