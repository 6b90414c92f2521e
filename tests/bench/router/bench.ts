/**
 * `DATABASE_URL=… deno task bench router`: how long a decision takes, what the adapters add to a provider's latency, how soon the next
 * attempt starts after a failed one, and what routing saves. `--only decision,sdk,stack,public`
 *
 * @module
 */
import { parseArgs } from "node:util";
import { decisionTime } from "./decision-time.ts";
import { publicSavings } from "./public-savings.ts";
import { sdkLatency } from "./sdk-latency.ts";

const { values } = parseArgs({ args: Deno.args.slice(1), options: { only: { type: "string" } } });
const wanted = (name: string) => values.only === undefined || values.only.split(",").includes(name);
const lines: string[] = [];
const print = (line: unknown) => {
  lines.push(JSON.stringify(line));
  Deno.stdout.writeSync(new TextEncoder().encode(`${lines.at(-1)}\n`));
};

if (wanted("decision")) { for (const line of await decisionTime()) print(line); }
if (wanted("sdk")) { for (const line of await sdkLatency()) print(line); }
if (wanted("public")) { for (const line of publicSavings()) print(line); }
if (wanted("stack")) { for (const line of await stackLines()) print(line); }
if (values.only === undefined) {
  await Deno.writeTextFile(new URL("../results/router.jsonl", import.meta.url), lines.join("\n") + "\n");
}

/** The stack has a configuration of its own, so it runs in a process of its own. */
async function stackLines(): Promise<unknown[]> {
  const root = new URL("../../../", import.meta.url).pathname;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--config",
      `${root}supabase/local/deno.json`,
      `${root}tests/bench/router/stack.ts`,
    ],
    stdout: "piped",
    stderr: "inherit",
    env: { DATABASE_URL: "" },
  }).output();
  if (!success) throw new Error("Cannot measure the stack: its part failed");
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line.startsWith("{")).map((line) =>
    JSON.parse(line)
  );
}
