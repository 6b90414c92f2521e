import type { Counts } from "./count-results.ts";
import { countResults } from "./count-results.ts";
import { findTests } from "./find-tests.ts";
import type { Suite } from "./suites.ts";

const root = new URL("../../", import.meta.url).pathname;

/** How a suite is run. */
export interface SuiteRun {
  /** Folder for the suite's log and report. */
  folder: string;
  /** Whether what the suite prints is shown as it comes; else only when something failed. */
  live: boolean;
  /** Folder for coverage data, or null to measure none. */
  coverage: string | null;
  /** Milliseconds after which the suite is ended and counts as failed. */
  limitMs: number;
}

/** How a suite ended; null when it has no test to run. */
export type SuiteResult = { counts: Counts; seconds: number; output: string } | null;

/** Runs one suite in a process of its own. A suite that dies without a report counts as one failure. */
export async function runSuite(suite: Suite, run: SuiteRun): Promise<SuiteResult> {
  const paths = await findTests(suite.paths);
  if (paths.length === 0) return null;
  const report = `${run.folder}/${suite.name}.xml`;
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--allow-all",
      // `deno task check` checks types: a wrong one must not keep all tests from running.
      "--no-check",
      `--junit-path=${report}`,
      ...(suite.config ? ["--config", suite.config] : []),
      ...(suite.parallel ? ["--parallel"] : []),
      ...(run.coverage ? [`--coverage=${run.coverage}`] : []),
      ...paths,
    ],
    cwd: root,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const started = performance.now();
  const child = command.spawn();
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, run.limitMs);
  const lines: string[] = [];
  await Promise.all([collect(child.stdout, lines, run.live), collect(child.stderr, lines, run.live)]);
  const { success } = await child.status;
  clearTimeout(limit);
  if (late) lines.push(`\nThe suite was ended after ${run.limitMs / 1000} s\n`);
  const counts = await countsOf(report, success);
  return { counts, seconds: Math.round((performance.now() - started) / 1000), output: lines.join("") };
}

async function countsOf(report: string, success: boolean): Promise<Counts> {
  try {
    const counts = countResults(await Deno.readTextFile(report));
    return success || counts.failed > 0 ? counts : { ...counts, failed: 1 };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>, lines: string[], live: boolean): Promise<void> {
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    lines.push(chunk);
    if (live) Deno.stdout.writeSync(new TextEncoder().encode(chunk));
  }
}
