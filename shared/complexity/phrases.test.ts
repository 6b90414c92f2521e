import assert from "node:assert/strict";
import { packPhrases, unpackPhrases } from "./phrase-table.ts";
import { hashPhrase, knownPhrases, phraseValues } from "./phrases.ts";
import { readText } from "./read-text.ts";

Deno.test("phraseValues() are words and pairs, numbers by their digits, squares adding up to 1", () => {
  const values = phraseValues(readText("Room 12 and room 14, 250.000"));
  assert.deepEqual([...values.keys()], ["room", "#2", "room #2", "and", "#2 and", "and room", "#4", "#2 #4"]);
  assert.ok(Math.abs([...values.values()].reduce((sum, value) => sum + value * value, 0) - 1) < 1e-12);
  const ratio = (values.get("room") ?? 0) / (values.get("and") ?? 1);
  assert.ok(Math.abs(ratio - (1 + Math.log(2))) < 1e-12);
});

Deno.test("phraseValues() of a text without words is empty", () => {
  assert.equal(phraseValues(readText("?!")).size, 0);
});

Deno.test("knownPhrases() count for the share of the text they are", () => {
  const values = new Map([["a", 0.6], ["b", 0.8]]);
  assert.deepEqual(knownPhrases(values, (phrase) => phrase === "a"), [{ phrase: "a", value: 0.6 * 0.36 }]);
  assert.deepEqual(knownPhrases(values, () => false), []);
});

Deno.test("hashPhrase() is FNV-1a", () => {
  assert.equal(hashPhrase(""), 0x811c9dc5);
  assert.equal(hashPhrase("a"), 0xe40c292c);
  assert.equal(hashPhrase("foobar"), 0xbf9cf968);
});

Deno.test("packPhrases() keeps each weight within half a unit", () => {
  const weights = new Map([[4_294_967_295, -0.5], [1, 0.25], [77, 0.000_004]]);
  const packed = packPhrases(weights);
  const unpacked = unpackPhrases(packed);
  assert.deepEqual([...unpacked.keys()], [1, 77, 4_294_967_295]);
  for (const [hash, weight] of weights) {
    assert.ok(Math.abs((unpacked.get(hash) ?? NaN) - weight) <= packed.unit / 2 + 1e-15);
  }
});

Deno.test("packPhrases() of nothing is nothing", () => {
  assert.deepEqual(unpackPhrases(packPhrases(new Map())), new Map());
});
