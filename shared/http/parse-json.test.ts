import assert from "node:assert/strict";
import { parseJson } from "./parse-json.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const refused = (text: string | Uint8Array, message: RegExp) =>
  assert.throws(() => parseJson(typeof text === "string" ? bytes(text) : text), { code: "invalid_request", message });

Deno.test("parseJson gives back every kind of value", () => {
  for (const value of [null, 0, "ä€😀", [1, [2]], { a: { b: [] } }]) {
    assert.deepEqual(parseJson(bytes(JSON.stringify(value))), value);
  }
});

Deno.test("parseJson skips a byte order mark", () => {
  assert.deepEqual(parseJson(bytes('\ufeff{"a":1}')), { a: 1 });
});

Deno.test("parseJson refuses what is not JSON without quoting it", () => {
  refused("", /it is empty, send JSON/);
  for (const text of ["{secret}", '{"a":1,}', "undefined", "NaN", '{"a":1} x', "'a'"]) {
    refused(text, /^Cannot read the body: it is not JSON$/);
  }
});

Deno.test("parseJson refuses bytes that are not UTF-8", () => {
  refused(Uint8Array.of(0x22, 0xff, 0x22), /it is not UTF-8/);
  refused(Uint8Array.of(0x22, 0xc3, 0x22), /it is not UTF-8/);
});

Deno.test("parseJson takes 64 levels and no more", () => {
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  assert.ok(Array.isArray(parseJson(bytes(nested(64)))));
  refused(nested(65), /nested deeper than 64 levels/);
  refused('{"a":'.repeat(65) + "1" + "}".repeat(65), /nested deeper than 64 levels/);
});

Deno.test("parseJson survives a megabyte of brackets", () => {
  refused("[".repeat(500_000) + "]".repeat(500_000), /nested deeper|not JSON/);
});

Deno.test("parseJson refuses keys that reach a prototype, at any depth and however they are written", () => {
  refused('{"__proto__":{"admin":true}}', /the key __proto__ is not allowed/);
  refused('[{"a":{"\\u005f_proto__":1}}]', /the key __proto__ is not allowed/);
  refused('{"constructor":{"prototype":{}}}', /the key constructor is not allowed/);
});

Deno.test("parseJson leaves a property that is only called constructor alone", () => {
  const schema = { properties: { constructor: { type: "string" }, prototype: { type: "string" } } };
  assert.equal(JSON.stringify(parseJson(bytes(JSON.stringify(schema)))), JSON.stringify(schema));
});
