import assert from "node:assert/strict";
import { formatMoney } from "./money.ts";

const cases: [number | null, string][] = [
  [null, "–"],
  [0, "€0.00"],
  [0.000576, "€0.000576"],
  [0.00844205, "€0.00844"],
  [0.5, "€0.50"],
  [12.345, "€12.35"],
  [123456.7, "€123,457"],
  [0.000000001234, "€0.00"],
];
for (const [amount, text] of cases) {
  Deno.test(`formatMoney writes ${amount} as ${text}`, () => {
    assert.equal(formatMoney(amount, "EUR", "en"), text);
  });
}

Deno.test("formatMoney writes as the language does", () => {
  assert.equal(formatMoney(1234.5, "EUR", "de").replace(/\s/g, " "), "1.234,50 €");
});
