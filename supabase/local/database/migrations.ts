import { basename } from "node:path";
import type { Database } from "./database.ts";
import { runStatements } from "./run-statements.ts";
import { splitStatements } from "./split-statements.ts";

/** One file of the migrations folder. */
export interface Migration {
  /** The digits its name starts with; the order is that of the versions. */
  version: string;
  name: string;
  path: string;
  statements: readonly string[];
}

/** What happened to the database. */
export interface MigrationOutcome {
  applied: Migration[];
  /** Applied earlier with another text than the file has now; the database keeps what it got then. */
  changed: Migration[];
}

/** Reads `<digits>_<name>.sql` files in order; other files are passed over, as the Supabase CLI does. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const [, version, name] = /^(\d+)_(.*)\.sql$/.exec(entry.name) ?? [];
    if (version === undefined || name === undefined) continue;
    const path = `${folder}/${entry.name}`;
    migrations.push({ version, name, path, statements: splitStatements(await Deno.readTextFile(path)) });
  }
  return migrations.sort((a, b) => a.version < b.version ? -1 : 1);
}

/** Applies what the database has not had yet, each file in a transaction, with its row in the CLI's own history. */
export async function applyMigrations(
  database: Database,
  migrations: readonly Migration[],
  onApply: (migration: Migration) => void = () => {},
): Promise<MigrationOutcome> {
  const rows = await database.query<{ version: string; statements: string[] | null }>(
    "select version, statements from supabase_migrations.schema_migrations",
  );
  const history = new Map(rows.map(({ version, statements }) => [version, statements]));
  const newest = [...history.keys()].sort().at(-1) ?? "";
  const outcome: MigrationOutcome = { applied: [], changed: [] };
  for (const migration of migrations) {
    const earlier = history.get(migration.version);
    if (earlier === undefined) {
      onApply(migration);
      await applyMigration(database, migration).catch((error) => {
        throw migration.version < newest ? rearranged(migration, error) : error;
      });
      outcome.applied.push(migration);
    } else if (earlier?.join("\n") !== migration.statements.join("\n")) {
      outcome.changed.push(migration);
    }
  }
  return outcome;
}

/** What to do about data that went through other files than there are now. */
function rearranged({ path }: Migration, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    `Cannot apply ${
      basename(path)
    } to data that later migrations have been applied to: migrations were rearranged since. ` +
      `Start with an empty folder or database.\n${reason}`,
    { cause },
  );
}

function applyMigration(database: Database, { version, name, path, statements }: Migration): Promise<void> {
  return database.transaction(async (session) => {
    await runStatements(session, statements, basename(path));
    await session.query(
      "insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)",
      [version, name, statements],
    );
  });
}
