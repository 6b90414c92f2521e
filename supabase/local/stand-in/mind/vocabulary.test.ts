import { deepEqual, equal } from "node:assert/strict";
import { readEvidence } from "../language/evidence.ts";
import { listedTerms, readVocabulary } from "./vocabulary.ts";

const vocabulary = readVocabulary(
  "Materials:\n- ceramics: porcelain, stoneware\n- wood: oak, walnut.\n- note: this is a sentence that is no list at all, or is it",
);
const siblings = [{ name: "material_category", value: "ceramics", values: ["ceramics", "wood", "other"] }];
const find = (text: string, wide = false) =>
  listedTerms({ name: "material", about: "" }, { siblings, vocabulary, evidence: readEvidence(text) }, wide);

Deno.test("readVocabulary() reads lists and leaves sentences alone", () => {
  deepEqual(Array.from(vocabulary), [["ceramics", ["porcelain", "stoneware"]], ["wood", ["oak", "walnut"]]]);
});

Deno.test("listedTerms() finds the terms of the choice the field belongs to, first named first", () => {
  deepEqual(find("Stoneware, partly porcelain, with oak"), ["stoneware", "porcelain"]);
  deepEqual(find("Stoneware with oak", true), ["stoneware", "oak"]);
  deepEqual(find("nothing of that"), []);
});

Deno.test("listedTerms() has nothing to say about a field that belongs to no choice", () => {
  equal(listedTerms({ name: "weight", about: "" }, { siblings, vocabulary, evidence: readEvidence("oak") }), null);
});
