import { deepEqual, equal } from "node:assert/strict";
import { conceptHits, conceptsOf, namedConcept } from "./concepts.ts";
import { stem, stems } from "./words.ts";

Deno.test("conceptsOf() knows words of several languages, and compounds by their end", () => {
  deepEqual(conceptsOf(stem("Eiche")), ["wood"]);
  deepEqual(conceptsOf(stem("marble")), ["stone"]);
  equal(conceptsOf(stem("Küchenschrank")).includes("furniture"), true);
  deepEqual(conceptsOf("xyzzy"), []);
});

Deno.test("namedConcept() reads a concept's own name in any number", () => {
  equal(namedConcept([stem("ceramics")]), "ceramic");
  equal(namedConcept([stem("tiles")]), "tile");
  equal(namedConcept(["xyzzy"]), null);
});

Deno.test("conceptHits() counts different words", () => {
  equal(conceptHits("wood", stems("Eiche, oak and Eiche")), 2);
});
