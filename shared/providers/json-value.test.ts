import assert from "node:assert/strict";
import { count } from "./json-value.ts";

for (const value of [0, 1, 500_000_000]) {
  Deno.test(`count() believes ${value}`, () => assert.equal(count(value), value));
}

for (const value of [500_000_001, 2 ** 31, 1e18, Infinity, NaN, -1, 0.5, "7", null, undefined]) {
  Deno.test(`count() does not believe ${String(value)}`, () => assert.equal(count(value), null));
}
