import assert from "node:assert/strict";
import { Continuation, joinContinued, prefillOf } from "./continuation.ts";

const cases: [seen: string, pieces: string[], whole: string][] = [
  ["Dear Anna,", [" how", " are you?"], "Dear Anna, how are you?"],
  ["Dear Anna, ", [" ", " how", " are you?"], "Dear Anna, how are you?"],
  ["Dear Anna,\n\n", ["How are you?"], "Dear Anna,\n\nHow are you?"],
  ["", [" x"], " x"],
];
for (const [seen, pieces, whole] of cases) {
  Deno.test(`Continuation sends after ${JSON.stringify(seen)} exactly what is missing`, () => {
    const continued = new Continuation(seen);
    const sent = pieces.map((text) => continued.piece({ type: "delta", text }))
      .map((piece) => piece?.type === "delta" ? piece.text : "");
    assert.equal(seen + sent.join(""), whole);
    assert.equal(joinContinued(seen, pieces.join("")), whole);
  });
}

Deno.test("prefillOf() never ends in blanks", () => {
  assert.equal(prefillOf("Dear \n"), "Dear");
});
