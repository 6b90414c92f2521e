import { deepEqual } from "node:assert/strict";
import { marksOf } from "./marks.ts";

const cases: [text: string, marks: string[]][] = [
  ["Is oak parquet any good?", []],
  ["Which oak is good for what?", ["what", "what"]],
  ["Does 14 mm oak fit DN40?", ["14", "dn40", "DN"]],
  ["Does 15 mm oak fit DN40?", ["15", "dn40", "DN"]],
  ["Wann ist der 2026-11-27, ab 3,50 €?", ["2026-11-27", "3,50", "when"]],
  ["Is VAT due in the EU?", ["EU", "VAT"]],
  ["IS VAT DUE IN THE EU?", []],
  ['Explain "net 30" to me', ["30", "net 30"]],
  ["Ist „frei Haus“ billiger?", ["Haus", "frei Haus"]],
  ["Can I pay without a card?", ["not"]],
  ["Doesn't it not work?", ["not", "not"]],
  ["How did Maria begin? When did Joe?", ["Joe", "Maria", "how", "when"]],
  ["How many are there?", ["how", "many"]],
  ["Kann ich ohne Karte nicht zahlen?", ["Karte", "not", "not"]],
];
for (const [text, marks] of cases) {
  Deno.test(`marksOf() finds ${JSON.stringify(marks)} in: ${text}`, () => deepEqual(marksOf(text), marks));
}
