import assert from "node:assert/strict";
import { rangeBefore, readRange } from "./range.ts";

const today = "2026-11-21";
const range = (text: string) => {
  const { from, to } = readRange(new URLSearchParams(text), today);
  return `${from}..${to}`;
};

const cases: [search: string, days: string][] = [
  ["", "2026-10-23..2026-11-21"],
  ["range=today", "2026-11-21..2026-11-21"],
  ["range=7d", "2026-11-15..2026-11-21"],
  ["range=month", "2026-11-01..2026-11-21"],
  ["range=custom&from=2026-01-05&to=2026-01-07", "2026-01-05..2026-01-07"],
  ["range=custom&from=2026-01-07&to=2026-01-05", "2026-10-23..2026-11-21"],
  ["range=custom&from=2016-01-01&to=2026-01-05", "2026-10-23..2026-11-21"],
  ["range=century", "2026-10-23..2026-11-21"],
];
for (const [search, days] of cases) {
  Deno.test(`readRange reads "${search}" as ${days}`, () => assert.equal(range(search), days));
}

Deno.test("rangeBefore gives as many days right before", () => {
  const before = rangeBefore(readRange(new URLSearchParams("range=7d"), today));
  assert.deepEqual([before.from, before.to], ["2026-11-08", "2026-11-14"]);
});

Deno.test("rangeBefore compares a month with the beginning of the last one", () => {
  const before = rangeBefore(readRange(new URLSearchParams("range=month"), today));
  assert.deepEqual([before.from, before.to], ["2026-10-01", "2026-10-21"]);
  const short = rangeBefore(readRange(new URLSearchParams("range=month"), "2026-03-31"));
  assert.deepEqual([short.from, short.to], ["2026-02-01", "2026-02-28"]);
});
