import assert from "node:assert/strict";
import { textDirection } from "./text-direction.ts";

for (
  const [language, text, expected] of [
    ["ar", "hello", "rtl"],
    ["he-IL", "", "rtl"],
    ["de", "Hallo", "ltr"],
    [null, "مرحبا كيف حالك", "rtl"],
    [null, "שלום abc", "rtl"],
    [null, "hello שלום to all of you", "ltr"],
    [null, "", "ltr"],
  ] as const
) {
  Deno.test(`textDirection(${language}, '${text}') is ${expected}`, () =>
    assert.equal(textDirection(language, text), expected));
}
