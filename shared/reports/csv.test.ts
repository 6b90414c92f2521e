import { equal } from "node:assert/strict";
import { csv } from "./csv.ts";
import { ndjson } from "./ndjson.ts";

const line = (value: unknown) => csv.line({ value }, ["value"]).replace(/\r\n$/, "");

const fields: [unknown, string][] = [
  ["plain", "plain"],
  ["", ""],
  [null, ""],
  [undefined, ""],
  [0, "0"],
  [-12.5, "-12.5"],
  [false, "false"],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ["two\nlines", '"two\nlines"'],
  [" padded ", '" padded "'],
  ["=1+1", `"'=1+1"`],
  ["+49 30 5550100", `"'+49 30 5550100"`],
  ["-12.5", `"'-12.5"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["\t=1", `"'\t=1"`],
  ["\r=1", `"'\r=1"`],
  ['=HYPERLINK("https://evil.test")', `"'=HYPERLINK(""https://evil.test"")"`],
  ["a=b", "a=b"],
  [{ score: 0.5, note: "=1" }, '"{""score"":0.5,""note"":""=1""}"'],
  [["=1"], '"[""=1""]"'],
];

for (const [value, expected] of fields) {
  Deno.test(`csv writes ${JSON.stringify(value)} as ${JSON.stringify(expected)}`, () => equal(line(value), expected));
}

Deno.test("csv writes columns in the given order, missing ones empty", () => {
  equal(csv.header(["b", "a"]), "b,a\r\n");
  equal(csv.line({ a: 1 }, ["b", "a"]), ",1\r\n");
});

Deno.test("ndjson writes an object a line, missing members null", () => {
  equal(ndjson.line({ a: "=1\n", c: 3 }, ["b", "a"]), '{"b":null,"a":"=1\\n"}\n');
  equal(ndjson.header(), "");
});
