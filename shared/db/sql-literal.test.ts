import assert from "node:assert/strict";
import { argumentLiteral, quoted } from "./sql-literal.ts";

Deno.test("quoted keeps quotes and backslashes inside the literal", () => {
  assert.equal(quoted("it's \\' or 1=1; --"), "E'it''s \\\\'' or 1=1; --'");
  assert.equal(quoted("a\0b"), "E'a\ufffdb'");
});

Deno.test("argumentLiteral writes a value for its parameter's type", () => {
  assert.equal(argumentLiteral(null, "json"), "null");
  assert.equal(argumentLiteral(undefined, "other"), "null");
  assert.equal(argumentLiteral("x", "json"), `E'"x"'`);
  assert.equal(argumentLiteral("x", "other"), "E'x'");
  assert.equal(argumentLiteral(1.5, "other"), "E'1.5'");
  assert.equal(argumentLiteral(true, "other"), "E'true'");
  assert.equal(argumentLiteral({ a: "'" }, "other"), `E'{"a":"''"}'`);
  assert.equal(argumentLiteral([1, 2], "other"), "E'[1,2]'");
  assert.equal(argumentLiteral([1, 2], "json"), "E'[1,2]'");
});

Deno.test("argumentLiteral writes arrays the way Postgres reads them", () => {
  assert.equal(argumentLiteral(["a", 'b"c', "d\\e", null, ""], "array"), `E'{"a","b\\\\"c","d\\\\\\\\e",null,""}'`);
  assert.equal(argumentLiteral([[1, 2], [3, 4]], "array"), `E'{{"1","2"},{"3","4"}}'`);
  assert.equal(argumentLiteral([], "array"), "E'{}'");
});
