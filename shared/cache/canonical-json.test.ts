import assert from "node:assert/strict";
import { canonicalJson } from "./canonical-json.ts";

Deno.test("canonicalJson() does not depend on the order of keys, at any depth", () => {
  const one = { b: 1, a: { d: [1, { y: 1, x: 2 }], c: null } };
  const other = { a: { c: null, d: [1, { x: 2, y: 1 }] }, b: 1 };
  assert.equal(canonicalJson(one), '{"a":{"c":null,"d":[1,{"x":2,"y":1}]},"b":1}');
  assert.equal(canonicalJson(other), canonicalJson(one));
});

Deno.test("canonicalJson() keeps the order of lists", () => {
  assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
});

Deno.test("canonicalJson() leaves undefined out, as JSON does, and keeps null", () => {
  assert.equal(canonicalJson({ a: undefined, b: null }), '{"b":null}');
  assert.equal(canonicalJson([undefined]), "[null]");
  assert.equal(canonicalJson(undefined), "null");
});

Deno.test("canonicalJson() tells a number from its text", () => {
  assert.notEqual(canonicalJson({ a: 1 }), canonicalJson({ a: "1" }));
});
