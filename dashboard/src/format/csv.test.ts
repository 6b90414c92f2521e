import assert from "node:assert/strict";
import { toCsv } from "./csv.ts";

Deno.test("toCsv quotes what needs quotes and leaves the unknown empty", () => {
  assert.equal(
    toCsv(["task", "cost"], [['say "hi", twice', 0.5], ["plain", null]]),
    '\uFEFFtask,cost\r\n"say ""hi"", twice",0.5\r\nplain,\r\n',
  );
});

Deno.test("toCsv disarms formulas, not numbers", () => {
  assert.equal(toCsv(["a"], [["=1+1"], [-4]]), "\uFEFFa\r\n'=1+1\r\n-4\r\n");
});
