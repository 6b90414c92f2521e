import { join } from "node:path";

/** Thrown when another stack uses the folder. */
export class FolderInUseError extends Error {}

/**
 * Keeps every other stack out of the folder until released, because two on one PGlite folder silently lose data.
 * The kernel frees the lock with the process, however that ends.
 */
export async function lockFolder(folder: string): Promise<{ release(): void }> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await Deno.open(join(folder, "lock"), { create: true, write: true });
  if (!await file.tryLock(true)) {
    file.close();
    throw new FolderInUseError(
      `Cannot start on ${folder}: another stack is running there. Stop it, or start with another --data folder`,
    );
  }
  return { release: () => file.close() };
}
