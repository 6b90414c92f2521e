import assert from "node:assert/strict";
import { readTags } from "./read-tags.ts";

Deno.test("readTags takes each tag once, without blanks around it", () => {
  assert.deepEqual(readTags(" tiles, frost ,, tiles,"), ["tiles", "frost"]);
  assert.deepEqual(readTags(""), []);
});

Deno.test("readTags refuses what the database would", () => {
  assert.equal(readTags("x".repeat(51)), null);
  assert.equal(readTags(Array.from({ length: 51 }, (_, tag) => `t${tag}`).join(",")), null);
  assert.equal(readTags("x".repeat(50))?.length, 1);
});
