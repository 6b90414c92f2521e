import { join } from "node:path";

/** What the build is made of, inside the dashboard's folder. */
const SOURCES = ["src", "public", "index.html", "vite.config.ts", "package.json", "deno.lock"];

/** After so many milliseconds the build is given up: a network that hangs must not keep the stack from starting. */
const LIMIT_MS = 120_000;

/** How a build is run and what hears of it. */
export interface DashboardBuild {
  /** Where the built files belong; its parent is the dashboard's folder. */
  dist: string;
  onProgress: (line: string) => void;
  /** Runs Deno in a folder; gives what it printed when it failed, else null. */
  run?: (folder: string, args: readonly string[]) => Promise<string | null>;
}

/**
 * Builds the dashboard when it was never built or something in it is newer than the build. Without its packages, or with a
 * mistake in it, the stack starts all the same and says why there is no (new) dashboard.
 */
export async function buildDashboard({ dist, onProgress, run = runDeno }: DashboardBuild): Promise<void> {
  const folder = join(dist, "..");
  const sources = Math.max(...await Promise.all(SOURCES.map((path) => newestChange(join(folder, path)))));
  if (sources === 0 || await newestChange(join(dist, "index.html")) >= sources) return;
  onProgress("Building the dashboard, which happens once and after changes in it");
  // Built aside and put in place whole: another stack may be serving the folder, or building it too.
  const draft = `.dist-${crypto.randomUUID()}`;
  const problem = await run(folder, ["install", "--quiet"]) ??
    await run(folder, ["task", "--quiet", "build", "--outDir", draft]);
  if (problem === null) {
    await Deno.remove(dist, { recursive: true }).catch(() => {});
    await Deno.rename(join(folder, draft), dist).catch(() => {});
  } else {
    onProgress(`Note: the dashboard could not be built, everything else works. ${problem}`);
  }
  await Deno.remove(join(folder, draft), { recursive: true }).catch(() => {});
}

/** When a file, or the newest file below a folder, was changed; 0 when there is none. */
async function newestChange(path: string): Promise<number> {
  const found = await Deno.stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory) return found.mtime?.getTime() ?? 0;
  const changes: number[] = [];
  for await (const { name } of Deno.readDir(path)) changes.push(await newestChange(join(path, name)));
  return Math.max(0, ...changes);
}

async function runDeno(folder: string, args: readonly string[]): Promise<string | null> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const { success, stdout, stderr } = await command.output();
  const text = `${new TextDecoder().decode(stdout)}\n${new TextDecoder().decode(stderr)}`;
  return success ? null : text.trim().split("\n").slice(-8).join("\n");
}
