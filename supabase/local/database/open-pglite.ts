import { join } from "node:path";
import { applyMigrations, type Migration } from "./migrations.ts";
import { PgliteDatabase } from "./pglite-database.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";

/**
 * Opens the embedded Postgres of a data folder, prepared as a new project when it is new.
 * The first preparation happens beside its place, because a data folder killed half-made can not be opened again.
 */
export async function openPgliteFolder(dataFolder: string, onFirst: () => void): Promise<PgliteDatabase> {
  const folder = join(dataFolder, "postgres");
  const draft = `${folder}.tmp`;
  await Deno.remove(draft, { recursive: true }).catch(() => {});
  if (!await exists(folder)) {
    onFirst();
    const database = await PgliteDatabase.open({ folder: draft, snapshot: null });
    await prepareDatabase(database);
    await database.close();
    await Deno.rename(draft, folder);
  }
  return await PgliteDatabase.open({ folder, snapshot: null });
}

/**
 * Opens an embedded Postgres in memory, prepared and migrated. The second time with the same migrations it starts from
 * a snapshot of the first, which takes a third of the time.
 * @param cacheFolder Where snapshots are kept.
 */
export async function openPgliteMemory(cacheFolder: string, migrations: readonly Migration[]): Promise<PgliteDatabase> {
  const snapshot = await readSnapshot(cacheFolder, migrations);
  if (snapshot !== null) return await PgliteDatabase.open({ folder: null, snapshot });
  const database = await PgliteDatabase.open({ folder: null, snapshot: null });
  await prepareDatabase(database);
  await applyMigrations(database, migrations);
  await writeSnapshot(cacheFolder, migrations, await database.pglite.dumpDataDir("gzip"));
  return database;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
