import { createHash } from "node:crypto";

const root = new URL("../../", import.meta.url);

/** One migration as it is applied: whole, in one transaction. */
export interface Migration {
  /** File name, e.g. `20261121000100_organizations.sql`. */
  name: string;
  statements: string;
}

/** The repository's migrations in the order they run. */
export async function readMigrations(): Promise<Migration[]> {
  const folder = new URL("migrations/", root);
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (/^\d{14}_\w+\.sql$/.test(entry.name)) names.push(entry.name);
  }
  names.sort();
  return await Promise.all(
    names.map(async (name) => ({ name, statements: await Deno.readTextFile(new URL(name, folder)) })),
  );
}

/** Applies migrations one by one; an error names the file it comes from. */
export async function applyMigrations(
  run: (statements: string) => Promise<unknown>,
  migrations: Migration[],
): Promise<void> {
  for (const { name, statements } of migrations) {
    try {
      await run(statements);
    } catch (error) {
      throw new Error(`Cannot apply ${name}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

/** Ten hexadecimal digits that change with any of the given texts. */
export function fingerprint(texts: string[]): string {
  return createHash("sha256").update(texts.join("\0")).digest("hex").slice(0, 10);
}
