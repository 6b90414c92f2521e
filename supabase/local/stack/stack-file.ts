import { dirname } from "node:path";

/** What `stack.json` tells scripts and people about a running stack. */
export interface StackFile {
  url: string;
  dashboard_url: string;
  publishable_key: string;
  secret_key: string;
  /** Null under `--no-demo`. */
  demo: { email: string; password: string; org_id: string } | null;
}

/** Writes the file whole or not at all, readable by its owner only: it holds a secret key and a password. */
export async function writeStackFile(path: string, content: StackFile): Promise<void> {
  const draft = `${path}.tmp`;
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.remove(draft).catch(() => {});
  await Deno.writeTextFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await Deno.rename(draft, path);
}

/** Removes the file, so that whoever waits for it does not read what an earlier stack left. */
export async function removeStackFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Removes the file of a stack that stops. With `--data memory` another one may have been started since, and have written its own. */
export async function removeOwnStackFile(path: string, url: string): Promise<void> {
  const text = await Deno.readTextFile(path).catch(() => "");
  if (text.includes(`"url": ${JSON.stringify(url)},`)) await removeStackFile(path);
}
