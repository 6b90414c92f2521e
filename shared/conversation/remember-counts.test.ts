import assert from "node:assert/strict";
import { rememberCounts } from "./remember-counts.ts";

function counting() {
  const counted: string[] = [];
  const count = (text: string) => {
    counted.push(text);
    return Promise.resolve(text.length);
  };
  return { counted, count };
}

Deno.test("a text is counted once, and at once by several who ask", async () => {
  const { counted, count } = counting();
  const remembered = rememberCounts(count);
  assert.deepEqual(await Promise.all(["four", "four", ""].map(remembered)), [4, 4, 0]);
  counted.length = 0;
  assert.deepEqual([await remembered("four"), await remembered("")], [4, 0]);
  assert.deepEqual(counted, []);
});

Deno.test("what was asked for longest ago is forgotten first", async () => {
  const { counted, count } = counting();
  const remembered = rememberCounts(count, 8);
  for (const text of ["one", "two", "one", "three"]) await remembered(text);
  assert.deepEqual(counted, ["one", "two", "three"]);
  await remembered("one");
  assert.deepEqual(counted, ["one", "two", "three"], "three and five characters fit");
  await remembered("two");
  assert.deepEqual(counted.at(-1), "two");
});

Deno.test("a text longer than everything is counted and not kept", async () => {
  const { counted, count } = counting();
  const remembered = rememberCounts(count, 3);
  assert.equal(await remembered("longer"), 6);
  assert.equal(await remembered("longer"), 6);
  assert.deepEqual(counted, ["longer", "longer"]);
});
