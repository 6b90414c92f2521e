import assert from "node:assert/strict";
import { unpackPhrases } from "./phrase-table.ts";
import { readText } from "./read-text.ts";
import { shapeFeatures } from "./shape-features.ts";
import { complexityModel } from "./weights.ts";

Deno.test("every trained weight belongs to a feature that is still computed", () => {
  const features = shapeFeatures(readText(""));
  const unknown = Object.keys(complexityModel.shape).filter((name) => !(name in features));
  assert.deepEqual(unknown, [], "run `deno task train:complexity` after a change of the features");
});

Deno.test("the trained phrases are whole and the weights finite", () => {
  const phrases = unpackPhrases(complexityModel.phrases);
  assert.ok(phrases.size > 100);
  for (const weight of phrases.values()) assert.ok(Number.isFinite(weight));
  for (const { mean, deviation, weight } of Object.values(complexityModel.shape)) {
    assert.ok(Number.isFinite(mean) && deviation > 0 && Number.isFinite(weight));
  }
  assert.ok(complexityModel.spread > 0);
});

Deno.test("the weights stay under 60 kB", () => {
  assert.ok(Deno.statSync(new URL("./weights.ts", import.meta.url)).size < 60_000);
});
