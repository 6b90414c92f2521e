import assert from "node:assert/strict";
import { hashBody, hashInput, hashText } from "./hashes.ts";

Deno.test("hashInput() is the SHA-256 of the canonical input", async () => {
  assert.equal(await hashInput({ a: 1 }), "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
});

Deno.test("hashInput() does not see how characters were composed, blank ends or line ends", async () => {
  const composed = { note: "Gr\u00fc\u00dfe\naus K\u00f6ln" };
  const decomposed = { note: "  Gru\u0308\u00dfe\r\naus Ko\u0308ln \n" };
  assert.equal(await hashInput(decomposed), await hashInput(composed));
});

Deno.test("hashInput() sees every other difference", async () => {
  const texts = ["Oak", "oak", "oak ", "o ak", "oak."].map((note) => hashInput({ note }));
  const hashes = await Promise.all(texts);
  assert.equal(new Set(hashes).size, 4);
});

Deno.test("hashText() normalizes like hashInput()", async () => {
  assert.equal(await hashText(" K\u00f6ln"), await hashText("Ko\u0308ln "));
});

Deno.test("hashBody() takes another order of keys for the same body, and another blank for another body", async () => {
  assert.equal(await hashBody({ a: 1, b: "x" }), await hashBody({ b: "x", a: 1 }));
  assert.notEqual(await hashBody({ b: "x" }), await hashBody({ b: "x " }));
});
