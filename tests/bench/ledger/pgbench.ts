import { withDatabase } from "../../postgres/mod.ts";

/** One run of pgbench. Times in milliseconds. */
export interface Run {
  /** Transactions (rounds of the script) a second. */
  tps: number;
  p50: number;
  p99: number;
}

/** What to run. */
export interface Load {
  url: string;
  /** A script of pgbench's, or the name of a built-in one. */
  script: { text: string } | { builtin: string };
  connections: number;
  seconds: number;
  /** Whether commits wait for the disk. */
  synchronousCommit: boolean;
}

/**
 * Runs one script on so many connections and reads every round's latency from pgbench's own log: a driver written here would
 * need more of the processor than what it measures.
 *
 * @throws {Error} When pgbench is not on the path, or a statement failed.
 */
export async function pgbench({ url, script, connections, seconds, synchronousCommit }: Load): Promise<Run> {
  const folder = await Deno.makeTempDir({ prefix: "signalbox-bench-" });
  try {
    const chosen = "builtin" in script ? ["-b", script.builtin] : ["-f", `${folder}/script.sql`];
    if ("text" in script) await Deno.writeTextFile(`${folder}/script.sql`, script.text);
    const output = await run([
      ...["-n", "-M", "simple", "-c", String(connections), "-j", "1", "-T", String(seconds)],
      ...["--log", "--log-prefix", `${folder}/log`, ...chosen, withCommit(url, synchronousCommit)],
    ]);
    const tps = Number(/tps = ([0-9.]+)/.exec(output)?.[1] ?? NaN);
    return { tps: rounded(tps), ...percentiles(await readLatencies(folder)) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Makes the tables of the TPC-B-like script. */
export async function prepareTpcB(url: string, scale: number): Promise<void> {
  await run(["-i", "-q", "-s", String(scale), url]);
}

async function run(args: string[]): Promise<string> {
  const command = new Deno.Command("pgbench", { args, stdout: "piped", stderr: "piped" });
  const { code, stdout, stderr } = await command.output().catch(() => {
    throw new Error(
      "Cannot measure the ledger: pgbench is not on the path (Debian: postgresql-contrib or postgresql-client)",
    );
  });
  const errors = new TextDecoder().decode(stderr);
  if (code !== 0) throw new Error(`Cannot measure the ledger: ${errors.slice(0, 2000)}`);
  return new TextDecoder().decode(stdout);
}

async function readLatencies(folder: string): Promise<number[]> {
  const latencies: number[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.startsWith("log.")) continue;
    // client, number, microseconds, script, and when.
    for (const line of (await Deno.readTextFile(`${folder}/${name}`)).split("\n")) {
      if (line !== "") latencies.push(Number(line.split(" ")[2]) / 1000);
    }
  }
  return latencies.sort((a, b) => a - b);
}

function percentiles(sorted: number[]): { p50: number; p99: number } {
  const at = (share: number) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN);
  return { p50: at(0.5), p99: at(0.99) };
}

function withCommit(url: string, isOn: boolean): string {
  const { pathname, searchParams } = new URL(url);
  const changed = new URL(withDatabase(url, pathname.slice(1)));
  const before = searchParams.get("options");
  changed.searchParams.set(
    "options",
    [...(before ? [before] : []), `-c synchronous_commit=${isOn ? "on" : "off"}`].join(" "),
  );
  // libpq decodes %20 but not +.
  changed.search = changed.search.replaceAll("+", "%20");
  return changed.href;
}

function rounded(value: number): number {
  return Math.round(1000 * value) / 1000;
}
