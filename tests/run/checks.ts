/**
 * `deno task ok [check …]`: everything that needs no test, one after the other; what fails shows its output. The exit code is
 * the number of checks that failed.
 *
 * @module
 */
import { failingPart } from "./failing-part.ts";
import { tryCommand } from "../postgres/run-command.ts";

const root = new URL("../../", import.meta.url).pathname;
const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

interface RepositoryCheck {
  name: string;
  /** Program and arguments; `deno` is this one. */
  command: string[];
}

const checks: RepositoryCheck[] = [
  { name: "fmt", command: ["deno", "fmt", "--check"] },
  { name: "lint", command: ["deno", "lint"] },
  { name: "check", command: ["deno", "task", "check"] },
  { name: "hosted-types", command: ["deno", "run", "-A", "tests/run/hosted-types.ts"] },
  { name: "architecture", command: ["deno", "test", "-A", "tests/architecture"] },
  { name: "schema", command: ["deno", "task", "schema", "--check"] },
];

const wanted = Deno.args.length > 0 ? checks.filter(({ name }) => Deno.args.includes(name)) : checks;
const failed: string[] = [];
for (const { name, command: [program = "", ...args] } of wanted) {
  const started = performance.now();
  const { code, stdout, stderr } = await tryCommand(program === "deno" ? Deno.execPath() : program, args, {
    cwd: root,
  });
  if (code !== 0) {
    failed.push(name);
    print(failingPart(`${stdout}\n${stderr}`).trim());
  }
  print(`[${name}] ${code === 0 ? "ok" : "NOT OK"} (${Math.round((performance.now() - started) / 1000)} s)`);
}
if (failed.length > 0) print(`not ok: ${failed.join(", ")}`);
Deno.exit(failed.length);
