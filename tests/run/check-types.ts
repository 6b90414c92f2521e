/**
 * `deno task check`: type-checks every TypeScript file of the repository, each part with the configuration it runs with.
 *
 * @module
 */
import { readRepository } from "../architecture/read-repository.ts";
import { tryCommand } from "../postgres/run-command.ts";

/** Parts with dependencies of their own, by their folders; everything else uses the root's configuration. */
const PARTS: Record<string, string[]> = {
  "supabase/local/deno.json": [
    "supabase/local/",
    "tests/functions/",
    "tests/e2e/",
    "tests/chaos/",
    "tests/bench/dashboard/",
    "tests/bench/ingest/",
    "tests/bench/router/stack.ts",
  ],
  "dashboard/deno.json": ["dashboard/"],
};

const root = new URL("../../", import.meta.url).pathname;
const tree = await readRepository();
const files = [...tree.keys()].filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts"));
const isIn = (path: string, folders: string[]) => folders.some((folder) => path.startsWith(folder));

let problems = 0;
await check(null, files.filter((path) => !isIn(path, Object.values(PARTS).flat())));
for (const [config, folders] of Object.entries(PARTS)) {
  await check(config, files.filter((path) => isIn(path, folders)));
}
Deno.exit(problems);

async function check(config: string | null, paths: string[]): Promise<void> {
  if (paths.length === 0) return;
  const args = ["check", "--quiet", ...(config ? ["--config", config] : []), ...paths];
  const { code, stdout, stderr } = await tryCommand(Deno.execPath(), args, { cwd: root });
  if (code === 0) return;
  problems += 1;
  Deno.stdout.writeSync(new TextEncoder().encode(`${stdout}${stderr}`));
}
