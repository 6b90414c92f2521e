import { deepEqual, equal, ok } from "node:assert/strict";
import { overlap, rankSentences, readEvidence } from "./evidence.ts";
import { stems } from "./words.ts";

Deno.test("readEvidence() finds named values in lines and in JSON, whatever their spelling", () => {
  const { fields } = readEvidence('Company: Acme GmbH\n{"pScore": 82, "contact": {"name": "Anna"}}');
  equal(fields.get("company"), "Acme GmbH");
  equal(fields.get("pscore"), 82);
  equal(fields.get("name"), "Anna");
});

Deno.test("readEvidence() finds the parts of an enumeration", () => {
  deepEqual(readEvidence("1. first\n2. second").parts, ["first", "second"]);
  deepEqual(readEvidence('["a", "b"]').parts, ["a", "b"]);
  deepEqual(readEvidence("One paragraph.\n\nAnother.").parts, ["One paragraph.", "Another."]);
});

Deno.test("readEvidence() reads JSON out as a person would", () => {
  deepEqual(readEvidence('{"notes": "Has budget and wants a demo.", "score": 82}').sentences, [
    "Has budget and wants a demo.",
    "score: 82",
  ]);
});

Deno.test("readEvidence() copes with text full of brackets", () => {
  equal(readEvidence("[".repeat(50_000)).fields.size, 0);
});

Deno.test("rankSentences() puts first what shares the rarer words", () => {
  const list = ["Delivery takes five days.", "Delivery of oak takes ten days.", "We like oak."];
  const [best] = rankSentences(list, stems("delivery of oak"));
  equal(best?.sentence, list[1]);
  ok((best?.fit ?? 0) > 0.9);
  equal(overlap(["a", "b"], new Set(["b"])), 0.5);
});
