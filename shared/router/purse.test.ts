import assert from "node:assert/strict";
import { addUsd, compareUsd } from "@shared/pricing/mod.ts";
import { Purse } from "./purse.ts";

/** A ledger with a rest to give. */
function lender(held: string, rest: string) {
  const asked: string[] = [];
  let left = rest;
  const extend = (amount: string) => {
    asked.push(amount);
    if (compareUsd(amount, left) > 0) {
      return Promise.resolve({ granted: false, code: "budget_exhausted", detail: "Cannot extend" } as const);
    }
    left = addUsd(left, `-${amount}`);
    held = addUsd(held, amount);
    return Promise.resolve({ granted: true, hold_usd: held } as const);
  };
  return { extend, asked };
}

Deno.test("Purse covers calls from the hold as long as it lasts", async () => {
  const { extend, asked } = lender("0.03", "0");
  const purse = new Purse("0.03", extend);
  assert.equal(await purse.reserve("0.02"), true);
  purse.settle("0.02", "0.01");
  assert.equal(
    await purse.reserve("0.02"),
    true,
    "what was not used may be used again; used + bound = hold is allowed",
  );
  assert.deepEqual(asked, []);
});

Deno.test("Purse asks for exactly what is missing", async () => {
  const { extend, asked } = lender("0.03", "1");
  const purse = new Purse("0.03", extend);
  await purse.reserve("0.03");
  purse.settle("0.03", "0.025");
  assert.equal(await purse.reserve("0.03"), true);
  assert.deepEqual(asked, ["0.025"]);
  purse.settle("0.03", "0.001");
  assert.equal(purse.spentUsd, "0.026");
});

Deno.test("Purse refuses a call that is not covered, and goes on serving smaller ones", async () => {
  const purse = new Purse("0.03", lender("0.03", "0").extend);
  assert.equal(await purse.reserve("0.04"), false);
  assert.equal(await purse.reserve("0.03"), true);
});

Deno.test("Purse keeps a request below its ceiling, but never refuses the first call", async () => {
  const { extend, asked } = lender("0.03", "1");
  const purse = new Purse("0.03", extend, "0.05");
  assert.equal(await purse.reserve("0.06"), true);
  purse.settle("0.06", "0.02");
  assert.equal(await purse.reserve("0.03"), true, "spent + bound = ceiling is allowed");
  purse.settle("0.03", "0.03");
  assert.equal(await purse.reserve("0.001"), false);
  assert.deepEqual(asked, ["0.03"]);
});

Deno.test("Purse never counts the same rest for two calls side by side", async () => {
  const { extend, asked } = lender("0.03", "0.02");
  const purse = new Purse("0.03", extend);
  const granted = await Promise.all([purse.reserve("0.02"), purse.reserve("0.02"), purse.reserve("0.02")]);
  assert.deepEqual(granted, [true, true, false]);
  assert.deepEqual(asked, ["0.01", "0.02"]);
});
