/**
 * What a large log costs, on a real Postgres (`DATABASE_URL`): bytes of a row, rolling up new traffic, refreshing the views,
 * the ledger check, retention. `--rows 1000000,10000000` makes a log of each size in turn; the last line compares the largest with
 * the smallest. `--keep-database NAME` makes them and leaves them as NAME_1000000 and so on, to be measured, once, when the machine is
 * quiet: `--database NAME` with the same `--rows`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Log, makeLog, openLog } from "./make-log.ts";
import { type Figures, measureLog } from "./measure-log.ts";

const { values } = parseArgs({
  args: Deno.args.slice(1),
  options: {
    rows: { type: "string", default: "100000,1000000" },
    "keep-database": { type: "string" },
    database: { type: "string" },
    keep: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const { "keep-database": kept, database: found } = values;
const sizes = values.rows.split(",").map(Number);
if (sizes.some((rows) => !Number.isSafeInteger(rows) || rows < 1_000)) {
  throw new Error("Cannot measure: --rows takes whole numbers from 1000 on");
}

const lines: string[] = [];
const measured: { rows: number; figures: Figures }[] = [];
for (const rows of sizes) {
  const log = await logOf(rows);
  try {
    if (kept !== undefined) continue;
    const figures = await measureLog(log);
    measured.push({ rows, figures });
    say({ rows, ...figures });
  } finally {
    await log.close();
  }
}
const [first, last] = [measured[0], measured.at(-1)];
if (first !== undefined && last !== undefined && first !== last) {
  const ratio = (read: (figures: Figures) => number) => Number((read(last.figures) / read(first.figures)).toFixed(2));
  say({
    compares: [last.rows, first.rows],
    roll_up_5_minutes: ratio((figures) => figures.roll_up_5_minutes_ms),
    roll_up_1_hour: ratio((figures) => figures.roll_up_1_hour_ms),
    refresh_months: ratio((figures) => figures.refresh_months_ms),
    ledger_check: ratio((figures) => figures.ledger_check_ms),
  });
}
if (values.keep && kept === undefined) {
  Deno.writeTextFileSync(new URL("../results/log.jsonl", import.meta.url), `${lines.join("\n")}\n`);
}

async function logOf(rows: number): Promise<Log> {
  if (found !== undefined) return await openLog(`${found}_${rows}`);
  const { log, phases } = await makeLog(rows, kept && `${kept}_${rows}`);
  say({ rows, made: phases });
  return log;
}

function say(figures: Record<string, unknown>): void {
  // What else the machine had to do is in every figure: the mean number of waiting programs of the last minute.
  const load = Number((Deno.loadavg()[0] ?? 0).toFixed(1));
  const line = JSON.stringify({ bench: "log", ...figures, load });
  lines.push(line);
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
