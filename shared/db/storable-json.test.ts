import assert from "node:assert/strict";
import { storableJson, storableText } from "./storable-json.ts";

Deno.test("storableJson is plain JSON for what Postgres stores", () => {
  const value = { a: [1, "ä😀", null, true], b: { c: "\n\\u0000" }, d: undefined, e: new Date(0) };
  assert.equal(storableJson(value), JSON.stringify(value));
  assert.equal(storableJson(undefined), "null");
});

Deno.test("storableJson replaces NUL and half surrogates, in values and in keys, and nothing beside them", () => {
  const value = { "k\0": ["a\0b", { cut: "x\ud83d", "\udc00": "😀", kept: "\\u0000" }], when: new Date(0) };
  assert.deepEqual(JSON.parse(storableJson(value)), {
    "k\ufffd": ["a\ufffdb", { cut: "x\ufffd", "\ufffd": "😀", kept: "\\u0000" }],
    when: "1970-01-01T00:00:00.000Z",
  });
});

Deno.test("storableText does the same to a text", () => {
  assert.equal(storableText("a\0b\ud800"), "a\ufffdb\ufffd");
});
