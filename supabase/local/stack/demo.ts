import type { Database } from "../database/database.ts";
import { splitStatements } from "../database/split-statements.ts";

/** The id that seed.sql gives the demo organization. */
export const DEMO_ORG_ID = "00000000-0000-4000-8000-000000000001";
export const DEMO_EMAIL = "demo@signalbox.local";

/** How the history names the seed file, as the Supabase CLI does. */
const SEED_PATH = "supabase/seed.sql";

/**
 * Signs the demo user up as a person would and applies seed.sql, which makes the organization they own.
 * Each is done once in the life of a database.
 * @param seedFile Null when the project has no seed.
 */
export async function createDemo(
  { database, signUp, seedFile }: {
    database: Database;
    signUp: (email: string) => Promise<Response>;
    seedFile: string | null;
  },
): Promise<void> {
  const [user] = await database.query("select from auth.users where email = $1", [DEMO_EMAIL]);
  if (user === undefined) {
    const answer = await signUp(DEMO_EMAIL);
    if (!answer.ok) throw new Error(`Cannot sign up the demo user: ${answer.status} ${await answer.text()}`);
    await answer.body?.cancel();
  }
  const [seeded] = await database.query("select from supabase_migrations.seed_files where path = $1", [SEED_PATH]);
  if (seedFile !== null && seeded === undefined) await applySeed(database, seedFile);
}

function applySeed(database: Database, path: string): Promise<void> {
  return database.transaction(async (session) => {
    const script = await Deno.readTextFile(path);
    for (const statement of splitStatements(script)) {
      try {
        await session.query(statement);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`Cannot seed the demo: ${reason}\n${statement.slice(0, 600)}`, { cause: error });
      }
    }
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script)));
    await session.query("insert into supabase_migrations.seed_files (path, hash) values ($1, $2)", [
      SEED_PATH,
      digest.toHex(),
    ]);
  });
}
