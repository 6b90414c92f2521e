import { equal } from "node:assert/strict";
import { readEvidence } from "../language/evidence.ts";
import { findNumber, readNumber, withinBounds } from "./numbers.ts";

const find = (name: string, text: string, schema = {}) =>
  findNumber({ type: "number", ...schema }, { name, about: "" }, readEvidence(text)).value;

Deno.test("findNumber() takes the number under, beside or in the unit of the field's name", () => {
  equal(find("quantity", "Quantity: 12"), 12);
  equal(find("thickness_mm", "Board 60 x 60 cm, 14 mm thick"), 14);
  equal(find("price_eur", "Der Preis beträgt 1.234,50 €"), 1234.5);
  equal(find("rooms", "A house with 7 rooms and 2 floors"), 7);
});

Deno.test("findNumber() places the input between the bounds when it states no number", () => {
  const score = find("lead_score", "Has budget, wants a demo and a quote", { minimum: 0, maximum: 100 });
  equal(score > 60 && score <= 100, true);
});

Deno.test("readNumber() reads both ways of writing decimals", () => {
  equal(readNumber("1,234.50"), 1234.5);
  equal(readNumber("1.234,5"), 1234.5);
  equal(readNumber("12,5"), 12.5);
  equal(readNumber("1.000"), 1000);
  equal(readNumber("0.85"), 0.85);
});

Deno.test("withinBounds() honours every keyword a number can have", () => {
  equal(withinBounds(12.4, { type: "integer" }), 12);
  equal(withinBounds(5, { type: "integer", exclusiveMaximum: 5 }), 4);
  equal(withinBounds(7, { type: "number", maximum: 3 }), 3);
  equal(withinBounds(7, { type: "number", multipleOf: 5 }), 5);
  equal(withinBounds(1, { type: "number", multipleOf: 5, minimum: 2 }), 5);
});
