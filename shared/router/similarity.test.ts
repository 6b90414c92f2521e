import assert from "node:assert/strict";
import { similarity } from "./similarity.ts";

const cases: [name: string, one: unknown, other: unknown, expected: number][] = [
  ["takes case, blanks and end marks for nothing", " Ceramic  Tile.", "ceramic tile", 1],
  ["tells words apart", "ceramic", "glass", 0],
  ["takes a thousandth for nothing", 100, 100.05, 1],
  ["tells numbers apart", 100, 101, 0],
  ["knows zero", 0, 0, 1],
  ["tells a number from its text", 1, "1", 0],
  ["compares lists as sets", ["Oak", "Ash"], ["ash", "oak"], 1],
  ["counts what is missing from a list", ["oak"], ["oak", "ash"], 0.5],
  ["counts what is too many in a list", ["oak", "ash", "elm", "fir"], ["oak"], 0.25],
  ["does not use one partner twice", ["oak", "oak"], ["oak", "ash"], 0.5],
  ["averages an object's members", { a: 1, b: "x", c: true, d: null }, { a: 1, b: "y", c: true, d: null }, 0.75],
  ["counts a missing member as null", { a: 1, b: null }, { a: 1 }, 1],
  ["tells null from a value", { a: null }, { a: 0 }, 0],
  ["tells contradictory objects apart", { class: "A" }, { class: "C" }, 0],
  ["finds nothing to disagree about in empty values", [], [], 1],
];
for (const [name, one, other, expected] of cases) {
  Deno.test(`similarity() ${name}`, () => {
    assert.equal(similarity(one, other), expected);
    assert.equal(similarity(other, one), expected, "in either direction");
  });
}
