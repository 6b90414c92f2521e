import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Migration } from "./migrations.ts";

const KEPT = 3;

/** The data folder that these migrations led to earlier, or null. */
export async function readSnapshot(folder: string, migrations: readonly Migration[]): Promise<Blob | null> {
  try {
    return new Blob([await Deno.readFile(await snapshotPath(folder, migrations))]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Keeps a data folder for the next time, and only the newest few. */
export async function writeSnapshot(folder: string, migrations: readonly Migration[], content: Blob): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const path = await snapshotPath(folder, migrations);
  const draft = `${path}.${crypto.randomUUID()}.tmp`;
  await Deno.writeFile(draft, content.stream());
  await Deno.rename(draft, path);
  const found: { path: string; changedAt: number }[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const { mtime } = await Deno.stat(join(folder, name)).catch(() => ({ mtime: null }));
    found.push({ path: join(folder, name), changedAt: mtime?.getTime() ?? 0 });
  }
  found.sort((a, b) => b.changedAt - a.changedAt);
  for (const { path } of found.slice(KEPT)) await Deno.remove(path).catch(() => {});
}

/** Named by all that decides the content: the migrations, our own SQL and code beside this file, and the packages. */
async function snapshotPath(folder: string, migrations: readonly Migration[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { version, statements } of migrations) hash.update(JSON.stringify([version, statements]));
  for (const source of ["./", "./sql/"]) {
    const place = new URL(source, import.meta.url);
    const names = [...Deno.readDirSync(place)].filter((entry) => entry.isFile && !entry.name.endsWith(".test.ts"));
    for (const { name } of names.sort((a, b) => a.name < b.name ? -1 : 1)) {
      hash.update(await Deno.readTextFile(new URL(name, place)));
    }
  }
  hash.update(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  return join(folder, `${hash.digest("hex").slice(0, 32)}.tar.gz`);
}
