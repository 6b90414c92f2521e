/**
 * `deno task coverage [--measured]`: how much of `shared/` the unit tests run, by module. Fails below the bar. `--measured`
 * reports what an earlier run with coverage left in `coverage/raw` instead of running the tests.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { runCommand, tryCommand } from "../postgres/run-command.ts";
import { coverageByModule, type LineCount, sumLines } from "./line-coverage.ts";

const BAR_PERCENT = 80;

const root = new URL("../../", import.meta.url).pathname;
const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const { values } = parseArgs({ args: Deno.args, options: { measured: { type: "boolean", default: false } } });

if (!values.measured) {
  await tryCommand("rm", ["-rf", `${root}coverage`]);
  const unit = ["run", "-A", "tests/run/main.ts", "--quiet", "--coverage", "unit"];
  print((await tryCommand(Deno.execPath(), unit, { cwd: root })).stdout.trim());
}
const select = ["--include=/shared/", "--exclude=\\.test\\.ts$"];
const { stdout } = await runCommand(Deno.execPath(), ["coverage", "--lcov", ...select, "coverage/raw"], { cwd: root });

const modules = coverageByModule(stdout, root);
for (const [name, lines] of modules) {
  print(`${percent(lines).padStart(7)}  shared/${name} (${lines.hit} of ${lines.found} lines)`);
}
const total = sumLines([...modules.values()]);
print(`${percent(total).padStart(7)}  shared/ in all; the bar is ${BAR_PERCENT} %`);
Deno.exit(total.found > 0 && 100 * total.hit >= BAR_PERCENT * total.found ? 0 : 1);

function percent({ hit, found }: LineCount): string {
  return `${(100 * hit / found).toFixed(1)} %`;
}
