import assert from "node:assert/strict";
import { apiValueParsers, valueParsers } from "./value-parsers.ts";

const CASES: readonly [name: string, oid: number, text: string, value: unknown][] = [
  ["timestamptz", 1184, "2026-11-21 04:33:51.311+00", "2026-11-21T04:33:51.311+00:00"],
  ["timestamptz of half an hour", 1184, "2026-11-21 04:33:51+05:30", "2026-11-21T04:33:51+05:30"],
  ["timestamptz before Christ", 1184, "0044-03-15 00:00:00+00 BC", "0044-03-15T00:00:00+00 BC"],
  ["timestamptz without end", 1184, "infinity", "infinity"],
  ["timestamp", 1114, "2026-11-21 04:33:51", "2026-11-21T04:33:51"],
  ["date", 1082, "2026-11-21", "2026-11-21"],
  ["numeric that a double holds", 1700, "1.5", 1.5],
  ["numeric that it would round", 1700, "0.10000000000000000001", "0.10000000000000000001"],
  ["bigint", 20, "42", 42],
  ["bigint that a double rounds", 20, "9007199254740993", 9007199254740993n],
];

for (const [name, oid, text, value] of CASES) {
  Deno.test(`valueParsers reads ${name}`, () => {
    assert.deepEqual(valueParsers[oid]?.(text), value);
  });
}

const API_CASES: readonly [name: string, oid: number, text: string, value: unknown][] = [
  ["numeric with a zero at its end", 1700, "1.50", 1.5],
  ["numeric that a double rounds", 1700, "0.10000000000000000001", 0.1],
  ["numeric that is none", 1700, "NaN", "NaN"],
  ["float8 without end", 701, "-Infinity", "-Infinity"],
  ["bytea", 17, "\\x01ff", "\\x01ff"],
  ["timestamptz", 1184, "2026-11-21 04:33:51+00", "2026-11-21T04:33:51+00:00"],
];

for (const [name, oid, text, value] of API_CASES) {
  Deno.test(`apiValueParsers reads ${name} as a reader of PostgREST's JSON would`, () => {
    assert.deepEqual(apiValueParsers[oid]?.(text), value);
  });
}
