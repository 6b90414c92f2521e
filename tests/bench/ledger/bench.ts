/**
 * How many requests a second go through one hot budget and through a thousand, beside the least that any ledger in Postgres has to
 * do and beside pgbench's own TPC-B-like script, on one server in one run. Needs `DATABASE_URL` and pgbench.
 *
 * `deno task bench ledger [--seconds 2] [--rounds 3] [--connections 1,8,32] [--only bare,ours] [--no-keep]`
 */
import { parseArgs } from "node:util";
import { type Load, pgbench, prepareTpcB, type Run } from "./pgbench.ts";
import { admissionAlone, barePair, grouped, pair, refused, unhurried } from "./scripts.ts";
import { makeWorld, readCard, readLedger } from "./world.ts";

const { values } = parseArgs({
  args: Deno.args.slice(1),
  options: {
    seconds: { type: "string", default: "2" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "1,8,32" },
    only: { type: "string" },
    keep: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const print = (line: unknown) => Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
const wanted = ({ name }: Subject) => values.only === undefined || values.only.split(",").includes(name);

/** Something that is measured beside others. */
interface Subject {
  name: string;
  script: Load["script"];
  /** Requests of one round of the script. */
  requests: number;
  /** Connections that carry `connections` requests at a time. */
  connections: (connections: number) => number;
  synchronousCommit: boolean;
}

/** As many as the gateway puts together: admissions, which wait for each other, and settlements that nobody waits for. */
const MOST_TOGETHER = 16;
const MOST_UNHURRIED = 64;
const world = await makeWorld();
const lines: unknown[] = [];

try {
  await prepareTpcB(world.database.url, 10);
  // Makes every route card, and the pages warm.
  const warm = { url: world.database.url, connections: 4, synchronousCommit: false };
  for (const budgets of [1000, "split", 1] as const) {
    await pgbench({ ...warm, script: { text: pair(world, budgets, true) }, seconds: budgets === 1000 ? 4 : 1 });
  }
  world.known = await readCard(world.database);
  for (const budgets of [1, 1000] as const) {
    for (const connections of values.connections.split(",").map(Number)) {
      await measure(subjectsOf(budgets, connections).filter(wanted), budgets, connections);
    }
  }
  keep({ benchmark: "ledger", ledger: await readLedger(world.database), load_average: Deno.loadavg()[0] });
  if (values.keep) {
    const folder = new URL("../results/", import.meta.url);
    await Deno.mkdir(folder, { recursive: true });
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    await Deno.writeTextFile(new URL("ledger.jsonl", folder), text);
  }
} finally {
  await world.database.drop();
}

function subjectsOf(budgets: 1 | 1000, connections: number): Subject[] {
  const single = { requests: 1, connections: (count: number) => count, synchronousCommit: true };
  const together = Math.min(MOST_TOGETHER, connections);
  const group = { ...single, requests: together, connections: (count: number) => Math.ceil(count / together) };
  return [
    { ...single, name: "bare", script: { text: barePair(budgets) } },
    { ...single, name: "ours", script: { text: pair(world, budgets, true) } },
    { ...single, name: "ours-one-commit", script: { text: pair(world, budgets, false) } },
    ...(budgets === 1 ? [{ ...single, name: "ours-split", script: { text: pair(world, "split", true) } }] : []),
    ...(budgets === 1 && together > 1
      ? [{ ...group, name: "ours-grouped", script: { text: grouped(world, together) } }]
      : []),
    ...(budgets === 1
      ? [{
        ...single,
        name: "ours-unhurried",
        requests: MOST_UNHURRIED,
        script: { text: unhurried(world, MOST_UNHURRIED) },
      }]
      : []),
    { ...single, name: "bare-async", script: { text: barePair(budgets) }, synchronousCommit: false },
    { ...single, name: "ours-async", script: { text: pair(world, budgets, false) }, synchronousCommit: false },
    { ...single, name: "admission", script: { text: admissionAlone(world, budgets) } },
    ...(budgets === 1
      ? [
        { ...single, name: "refused", script: { text: refused() } },
        { ...single, name: "tpcb-like", script: { builtin: "tpcb-like" } },
      ]
      : []),
  ];
}

/** Subjects take turns within each round, so that a busy moment of the machine meets all of them. */
async function measure(subjects: Subject[], budgets: 1 | 1000, connections: number): Promise<void> {
  const runs = new Map<string, Run[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const subject of subjects) {
      runs.get(subject.name)?.push(
        await pgbench({
          url: world.database.url,
          script: subject.script,
          connections: subject.connections(connections),
          seconds: Number(values.seconds),
          synchronousCommit: subject.synchronousCommit,
        }),
      );
    }
  }
  const perSecond = (name: string, requests: number) => median(runs.get(name) ?? [], ({ tps }) => tps) * requests;
  for (const { name, requests, synchronousCommit } of subjects) {
    const rate = perSecond(name, requests);
    const floor = perSecond(synchronousCommit ? "bare" : "bare-async", 1);
    keep({
      benchmark: "ledger",
      budgets,
      connections,
      subject: name,
      per_second: Math.round(rate),
      ...(name.startsWith("ours") && floor > 0 ? { of_floor: Math.round(100 * rate / floor) / 100 } : {}),
      p50_ms: median(runs.get(name) ?? [], ({ p50 }) => p50),
      p99_ms: median(runs.get(name) ?? [], ({ p99 }) => p99),
      ...(requests > 1 ? { together: requests } : {}),
    });
  }
}

function median(runs: Run[], pick: (run: Run) => number): number {
  const sorted = runs.map(pick).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function keep(line: unknown): void {
  lines.push(line);
  print(line);
}
