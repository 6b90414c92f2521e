import { equal } from "node:assert/strict";
import { readEvidence } from "../language/evidence.ts";
import { asksAttribute, findAttribute } from "./attributes.ts";

Deno.test("findAttribute() names looks in English, the first that the input mentions", () => {
  equal(findAttribute("color", readEvidence("Fliese in Grau, auch weiß")), "grey");
  equal(findAttribute("surface_finish", readEvidence("gebürstet und geölt")), "brushed");
  equal(findAttribute("color", readEvidence("a redder shade of nothing")), null);
  equal(asksAttribute("weight"), false);
});
