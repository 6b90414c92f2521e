/**
 * Type-checks what is deployed with the Deno that the hosted edge runtime is built on, so that no newer API slips in.
 *
 * @module
 */
import { tryCommand } from "../postgres/run-command.ts";

/** The stored edge-runtime source embeds Deno 2.1; newer patch releases have the same API. */
const HOSTED_DENO = "2.1.14";

const root = new URL("../../", import.meta.url);

const entries = [...await existing("functions", "index.ts"), ...await existing("shared", "mod.ts")];
// The older Deno cannot read the lock file of the newer one; versions are pinned by the import map all the same.
const args = ["-y", `deno@${HOSTED_DENO}`, "check", "--no-lock", ...entries];
const { code, stdout, stderr } = await tryCommand("npx", args, { cwd: root.pathname });
Deno.stdout.writeSync(new TextEncoder().encode(`${stdout}${stderr}`));
Deno.exit(code);

async function existing(folder: string, file: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(new URL(`${folder}/`, root))) {
    const path = `${folder}/${entry.name}/${file}`;
    const stat = await Deno.stat(new URL(path, root)).catch(() => null);
    if (stat?.isFile) found.push(path);
  }
  return found.sort();
}
