/**
 * What a large log costs, on a real Postgres (`DATABASE_URL`): bytes of a row, rolling up new traffic, refreshing the views,
 * the ledger check, dropping a month. `--rows 100000,1000000` makes a log of each size in turn;
 * the last line compares the largest with the smallest.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { makeLog } from "./make-log.ts";
import { type Figures, measureLog } from "./measure-log.ts";

const { values } = parseArgs({
  args: Deno.args.slice(1),
  options: { rows: { type: "string", default: "100000,1000000" }, keep: { type: "boolean", default: true } },
  allowNegative: true,
});
const sizes = values.rows.split(",").map(Number);
if (sizes.some((rows) => !Number.isSafeInteger(rows) || rows < 1_000)) {
  throw new Error("Cannot measure: --rows takes whole numbers from 1000 on");
}

const lines: string[] = [];
const measured: { rows: number; figures: Figures }[] = [];
for (const rows of sizes) {
  const log = await makeLog(rows);
  try {
    const figures = await measureLog(log);
    measured.push({ rows, figures });
    say({ rows, fill_rows_per_second: log.rowsPerSecond, ...figures });
  } finally {
    await log.drop();
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
if (values.keep) Deno.writeTextFileSync(new URL("../results/log.jsonl", import.meta.url), `${lines.join("\n")}\n`);

function say(figures: Record<string, unknown>): void {
  const line = JSON.stringify({ bench: "log", ...figures });
  lines.push(line);
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
