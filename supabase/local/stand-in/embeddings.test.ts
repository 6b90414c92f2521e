import { equal, ok } from "node:assert/strict";
import { defaultDimensions, embed, toBase64 } from "./embeddings.ts";

const likeness = (a: string, b: string) => {
  const [left, right] = [embed(a, 1_536), embed(b, 1_536)];
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
};

Deno.test("embed() gives vectors of length 1, the same for the same text", () => {
  for (const text of ["Eichenparkett", "", "the of and", "木地板"]) {
    ok(Math.abs(Math.hypot(...embed(text, 1_536)) - 1) < 1e-5, text);
    equal(embed(text, 256).length, 256);
  }
  ok(Math.abs(likeness("oak floor", "oak floor") - 1) < 1e-5);
});

Deno.test("embed() brings paraphrases near and keeps other subjects apart", () => {
  const question = "How long does the delivery of oak parquet take?";
  const same = likeness(question, "Oak parquet is delivered within five days; delivery takes longer in winter.");
  const other = likeness(question, "Unsere Buchhaltung bucht Rechnungen am Monatsende.");
  ok(same > 0.3, String(same));
  ok(other < 0.1, String(other));
});

Deno.test("embed() finds the same thing in another language", () => {
  ok(likeness("oak parquet", "Eichenparkett aus Holz") > likeness("oak parquet", "Rechnung und Zahlung") + 0.1);
});

Deno.test("toBase64() writes little-endian 32-bit floats", () => {
  const bytes = Uint8Array.from(atob(toBase64(new Float32Array([1, -0.5]))), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  equal(view.getFloat32(0, true), 1);
  equal(view.getFloat32(4, true), -0.5);
});

Deno.test("defaultDimensions() knows the usual models", () => {
  equal(defaultDimensions("text-embedding-3-small"), 1_536);
  equal(defaultDimensions("text-embedding-3-large"), 3_072);
  equal(defaultDimensions("BAAI/bge-large-en-v1.5"), 1_024);
});
