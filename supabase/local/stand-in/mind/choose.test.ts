import { equal, ok } from "node:assert/strict";
import { readEvidence } from "../language/evidence.ts";
import { choose, chooseSeveral } from "./choose.ts";

const slot = { name: "category", about: "" };
const materials = ["wood", "metals", "ceramics", "stone", "other"];
const pick = (values: string[], text: string, instructions = "", name = "category") =>
  choose(values, { ...slot, name }, instructions, readEvidence(text));

Deno.test("choose() takes what the input says in its own words, in another language too", () => {
  equal(pick(materials, "Eichenparkett, gebürstet").value, "wood");
  equal(pick(materials, "Carrara marble slab").value, "stone");
  equal(pick(materials, "stainless steel profile").value, "metals");
});

Deno.test("choose() is less clear about an input that speaks for two values, and unclear about one that speaks for none", () => {
  const sure = pick(materials, "oak parquet");
  const torn = pick(materials, "oak frame with marble top");
  const lost = pick(materials, "xyzzy 42");
  equal(lost.value, "other");
  ok(sure.clarity > torn.clarity && torn.clarity > lost.clarity);
});

Deno.test("choose() reads what the prompt says a value means", () => {
  const rules = "INV: asks about payment terms\nRET: wants to send goods back";
  equal(pick(["INV", "RET"], "I want to send these goods back", rules).value, "RET");
});

Deno.test("choose() applies bands of a score that the prompt states", () => {
  const bands = "A: score 75 or more. B: score 40-74. C: score below 40.";
  equal(pick(["A", "B", "C"], '{"score": 82}', bands, "class").value, "A");
  equal(pick(["A", "B", "C"], '{"score": 40}', bands, "class").value, "B");
  equal(pick(["A", "B", "C"], '{"score": 12}', bands, "class").value, "C");
});

Deno.test("choose() places the input on a scale", () => {
  equal(
    pick(["low", "normal", "high", "urgent"], "Please answer immediately, it is urgent, deadline today", "", "priority")
      .value,
    "urgent",
  );
  equal(
    pick(["negative", "neutral", "positive"], "Thanks, great service, we love it", "", "sentiment").value,
    "positive",
  );
  equal(pick(["negative", "neutral", "positive"], "Schlecht und enttäuscht", "", "sentiment").value, "negative");
});

Deno.test("choose() believes a value that the input states under the field's name", () => {
  equal(pick(materials, "Category: Stone\nlooks like oak").value, "stone");
});

Deno.test("chooseSeveral() takes all values the input speaks for", () => {
  const found = chooseSeveral(materials, slot, "", readEvidence("oak frame with marble top"));
  equal(found.map(({ value }) => value).sort().join(), "stone,wood");
});
