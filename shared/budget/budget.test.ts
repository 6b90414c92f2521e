import assert from "node:assert/strict";
import { AppError } from "@shared/errors/mod.ts";
import { type AdmissionRequest, admit, budgetAfter, extend } from "./mod.ts";

const request = { request_id: "r-1" } as AdmissionRequest;
const answering = (answer: unknown) => {
  const asked: unknown[] = [];
  const rpc = <Result>(name: string, args: Record<string, unknown>) => {
    asked.push([name, args]);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as Result);
  };
  return { rpc, asked };
};

Deno.test("admit() asks once and hands the answer on, refusals too", async () => {
  const refusal = { outcome: "refused", code: "budget_exhausted", detail: "Cannot admit: spent" };
  const ledger = answering(refusal);
  assert.deepEqual(await admit(ledger, request), refusal);
  assert.deepEqual(ledger.asked, [["ai_admit", { request }]]);
});

Deno.test("admit() answers ledger_unavailable when the database fails, without asking twice", async () => {
  const ledger = answering(new TypeError("connection refused"));
  await assert.rejects(admit(ledger, request), { name: "AppError", code: "ledger_unavailable", retryAfterMs: 1000 });
  assert.equal(ledger.asked.length, 1);
});

Deno.test("admit() keeps an AppError of the database layer", async () => {
  const error = new AppError("timeout", "Cannot reach the database: too slow");
  await assert.rejects(admit(answering(error), request), error);
});

for (const nonsense of [null, {}, { outcome: "maybe" }]) {
  Deno.test(`admit() does not take ${JSON.stringify(nonsense)} for an admission`, async () => {
    await assert.rejects(admit(answering(nonsense), request), { code: "ledger_unavailable" });
  });
}

Deno.test("extend() names organization, request and amount", async () => {
  const ledger = answering({ granted: true, hold_usd: "0.02" });
  const extension = await extend(ledger, { org_id: "o-1", request_id: "r-1", amount_usd: "0.01" });
  assert.deepEqual(extension, { granted: true, hold_usd: "0.02" });
  assert.deepEqual(ledger.asked, [["ai_extend", { p_org_id: "o-1", p_request_id: "r-1", p_amount_usd: "0.01" }]]);
});

Deno.test("extend() grants nothing when the database fails", async () => {
  const extension = await extend(answering(new Error("gone")), { org_id: "o-1", request_id: "r-1", amount_usd: "1" });
  assert.equal(extension.granted, false);
});

Deno.test("budgetAfter() subtracts the cost in the budget's currency", () => {
  const budget = { state: "soft_limit", remaining: "812.35", currency: "EUR", per_usd: "0.9" } as const;
  assert.deepEqual(budgetAfter(budget, "0.02"), { state: "soft_limit", remaining: 812.332, currency: "EUR" });
});

Deno.test("budgetAfter() shows an overrun as negative, and no budget as null", () => {
  const budget = { state: "ok", remaining: "0.01", currency: "EUR", per_usd: "1" } as const;
  assert.equal(budgetAfter(budget, "0.03").remaining, -0.02);
  assert.deepEqual(budgetAfter(null, "0.03"), { state: "ok", remaining: null, currency: null });
});
