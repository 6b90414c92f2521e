import { deepEqual, equal } from "node:assert/strict";
import { nameWords, sentences, stem, stems, words } from "./words.ts";

Deno.test("words() splits at what is no letter or digit, and Chinese into pairs", () => {
  deepEqual(words("R10-Fliesen, 60x60!"), ["r10", "fliesen", "60x60"]);
  deepEqual(words("交货时间"), ["交货", "货时", "时间"]);
});

Deno.test("stem() gives forms of one word the same stem, in more than one language", () => {
  equal(stem("Lieferungen"), stem("Lieferung"));
  equal(stem("tiles"), stem("tile"));
  equal(stem("größe"), stem("Größen"));
  equal(stem("oak"), "oak");
});

Deno.test("stems() leaves out words that say nothing about the subject", () => {
  deepEqual(stems("Was ist die Lieferzeit?"), [stem("Lieferzeit")]);
});

Deno.test("nameWords() reads every spelling of a compound name", () => {
  deepEqual(nameWords("slipRating"), ["slip", "rating"]);
  deepEqual(nameWords("material_class/type"), ["material", "class", "type"]);
});

Deno.test("sentences() ends at marks and lines", () => {
  deepEqual(sentences("One. Two!\nThree\n\n三。四"), ["One.", "Two!", "Three", "三。", "四"]);
});
