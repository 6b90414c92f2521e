import type { Label } from "@shared/statistics/mod.ts";
import type { CalibrationCase } from "./calibration-case.ts";
import { fitLogistic, linearSum, type LogisticFit, type SparseRow } from "./fit-logistic.ts";
import { readPublicData } from "./routing-data.ts";

interface Contact {
  /** Date order. */
  order: number;
  fields: Record<string, string>;
  converted: boolean;
  split: string;
}

/** `duration` is known only after the call, and a date says nothing about a later one. */
const unused = new Set(["id", "duration", "day", "month", "y", "split"]);
const numbers = new Set(["age", "balance", "campaign", "pdays", "previous"]);

/**
 * Who buys (UCI bank marketing, without the leaky `duration`), by logistic regression: shuffled, and in date order, where the base rate
 * quadruples and yesterday's model is wrong about today. Null when the public data is absent.
 */
export function bankCases(): CalibrationCase[] | null {
  const text = readPublicData("bank_marketing/bank_full.csv");
  if (text === null) return null;
  const contacts = readContacts(text);
  const shuffled = contacts.filter(({ split }) => split === "train");
  const byDate = [...contacts].sort((a, b) => a.order - b.order);
  const at = (share: number) => Math.round(share * byDate.length);
  return [
    caseOf("conversions, shuffled", {
      train: shuffled.filter((_, i) => i % 4 !== 0),
      fitted: shuffled.filter((_, i) => i % 4 === 0),
      held: contacts.filter(({ split }) => split === "test"),
    }),
    caseOf("conversions by date: model from the first 60 %, labels from the next 20 %, checked on the last 20 %", {
      train: byDate.slice(0, at(0.6)),
      fitted: byDate.slice(at(0.6), at(0.8)),
      held: byDate.slice(at(0.8)),
    }),
    caseOf("the same with only the 5 % of labels before the last 20 %", {
      train: byDate.slice(0, at(0.6)),
      fitted: byDate.slice(at(0.75), at(0.8)),
      held: byDate.slice(at(0.8)),
    }),
  ];
}

function caseOf(
  name: string,
  { train, fitted, held }: { train: Contact[]; fitted: Contact[]; held: Contact[] },
): CalibrationCase {
  const model = fitContacts(train);
  const labelsOf = (rows: readonly Contact[]): Label[] =>
    rows.map((row) => ({ score: model(row), correct: row.converted }));
  return { name, fitted: labelsOf(fitted), held: labelsOf(held) };
}

function fitContacts(rows: readonly Contact[]): (row: Contact) => number {
  const columns = new Map<string, number>();
  const scales = new Map<string, { mean: number; deviation: number }>();
  for (const name of numbers) {
    const values = rows.map(({ fields }) => compressed(fields[name]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    scales.set(name, { mean, deviation: Math.sqrt(variance) || 1 });
  }
  for (const row of rows) {
    for (const { column } of entriesOf(row, scales)) columns.set(column, columns.get(column) ?? columns.size);
  }
  const toSparse = (row: Contact): SparseRow => {
    const known = entriesOf(row, scales).filter(({ column }) => columns.has(column));
    return { columns: known.map(({ column }) => columns.get(column) ?? 0), values: known.map(({ value }) => value) };
  };
  const fit: LogisticFit = fitLogistic(rows.map(toSparse), {
    targets: rows.map(({ converted }) => converted ? 1 : 0),
    importance: rows.map(() => 1),
    columns: columns.size,
  });
  return (row) => 1 / (1 + Math.exp(-(linearSum(toSparse(row), fit.weights) + fit.bias)));
}

function entriesOf(
  { fields }: Contact,
  scales: ReadonlyMap<string, { mean: number; deviation: number }>,
): { column: string; value: number }[] {
  return Object.entries(fields).map(([name, value]) => {
    const scale = scales.get(name);
    return scale === undefined
      ? { column: `${name}=${value}`, value: 1 }
      : { column: name, value: (compressed(value) - scale.mean) / scale.deviation };
  });
}

function compressed(value: string | undefined): number {
  const number = Number(value ?? 0);
  return Math.sign(number) * Math.log1p(Math.abs(number));
}

function readContacts(text: string): Contact[] {
  const [head = "", ...lines] = text.trim().split(/\r?\n/);
  const names = head.split(",");
  return lines.map((line) => {
    const values = line.split(",");
    const all = Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""]));
    return {
      order: Number(all["id"]),
      fields: Object.fromEntries(Object.entries(all).filter(([name]) => !unused.has(name))),
      converted: all["y"] === "yes",
      split: all["split"] ?? "",
    };
  });
}
