import assert from "node:assert/strict";
import { parseAnswer } from "./parse-answer.ts";

const cases: [text: string, value: unknown][] = [
  ['{"a":1}', { a: 1 }],
  [' {"a":1}\n', { a: 1 }],
  ['```json\n{"a":1}\n```', { a: 1 }],
  ['```\n{"a":1}\n```\n', { a: 1 }],
  ['Here you are: {"a":1}', null],
  ['{"a":1', null],
  ["null", null],
  ["", null],
];
for (const [text, value] of cases) {
  Deno.test(`parseAnswer() reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseAnswer(text), value));
}
