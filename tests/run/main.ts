/**
 * `tests/run/main.ts [--quiet] [--coverage] [--totals file] suite …`: runs suites one after the other and says how they ended.
 * The exit code is 0 when no test failed and there was at least one.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { addCounts, type Counts } from "./count-results.ts";
import { failingPart } from "./failing-part.ts";
import { runSuite } from "./run-suite.ts";
import { chooseSuites, type Suite } from "./suites.ts";

const root = new URL("../../", import.meta.url).pathname;
const LIMIT_MS = 15 * 60_000;

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    quiet: { type: "boolean", default: false },
    coverage: { type: "boolean", default: false },
    totals: { type: "string" },
  },
});

const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const folder = await Deno.makeTempDir({ prefix: "signalbox-tests-" });
const results: Counts[] = [];

const chosen = chooseSuites(positionals);
if (chosen.some((suite) => suite.postgres) && !Deno.env.get("DATABASE_URL")) {
  Deno.env.set("DATABASE_URL", await provisionPostgres());
}
for (const suite of chosen) results.push(await runAndReport(suite));
await Deno.remove(folder, { recursive: true });

const total = addCounts(results);
if (values.totals) {
  await Deno.writeTextFile(values.totals, `${total.passed} ${total.failed} ${total.skipped}\n`, { append: true });
} else {
  print(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}
Deno.exit(total.failed === 0 && total.passed + total.skipped > 0 ? 0 : 1);

async function runAndReport(suite: Suite): Promise<Counts> {
  const result = await runSuite(suite, {
    folder,
    live: !values.quiet,
    coverage: values.coverage ? `${root}coverage/raw` : null,
    limitMs: LIMIT_MS,
  });
  if (result === null) {
    print(`[${suite.name}] has no test yet`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const { counts, seconds, output } = result;
  if (values.quiet && counts.failed > 0) print(failingPart(output));
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  print(`[${suite.name}] ${counts.passed} ok, ${counts.failed} not ok${skipped} (${seconds} s)`);
  return counts;
}

/** Starts our own server when none is named; the task prints `DATABASE_URL=…`. */
async function provisionPostgres(): Promise<string> {
  const provision = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "tests/postgres/provision.ts"],
    cwd: root,
    stdout: "piped",
    stderr: "inherit",
  });
  const { success, stdout } = await provision.output();
  const url = new TextDecoder().decode(stdout).match(/^DATABASE_URL=(\S+)$/m)?.[1];
  if (!success || !url) {
    throw new Error("Cannot run the suite: no DATABASE_URL is set and no Postgres could be provisioned");
  }
  return url;
}
