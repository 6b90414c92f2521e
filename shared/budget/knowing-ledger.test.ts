import assert from "node:assert/strict";
import { AppError } from "@shared/errors/mod.ts";
import type { Admission, AdmissionRequest, Candidate } from "./mod.ts";
import { knowingLedger } from "./mod.ts";

const small = { rank: 101, provider: "openai", model: "gpt-4o-mini", tier: "small", capabilities: ["vision"] };
const large = { rank: 201, provider: "openai", model: "gpt-4o", tier: "large", capabilities: ["vision"] };
const figures = { max_output_tokens: 500, worst_cost_usd: "0.0011", breaker: "closed" };

/** A ledger that gives these plans in turn and keeps what it was asked. */
function ledgerOf(...plans: { card?: string; candidates: object[] }[]) {
  const asked: AdmissionRequest[] = [];
  const ledger = knowingLedger({
    rpc<Result>(name: string, args: Record<string, unknown>): Promise<Result> {
      if (name !== "ai_admit") return Promise.resolve(name as Result);
      asked.push(args["request"] as AdmissionRequest);
      const plan = plans.shift();
      return Promise.resolve((plan ? { outcome: "admitted", plan } : { outcome: "refused" }) as Result);
    },
  });
  const candidates = async (more: Partial<AdmissionRequest> = {}): Promise<Candidate[] | null> => {
    const request = { request_id: "r", org_id: "o-1", task: "classify-lead", models: null, ...more };
    const admission = await ledger.rpc<Admission>("ai_admit", { request });
    return admission.outcome === "admitted" ? admission.plan.candidates : null;
  };
  return { asked, ledger, candidates };
}

const knownBy = ({ known_card, known_ranks }: AdmissionRequest) => [known_card, known_ranks];

Deno.test("knowingLedger gives a candidate that was left out as it was told before, with this request's figures", async () => {
  const learned = { ...figures, full_output_tokens: 900, full_cost_usd: "0.002" };
  const { asked, candidates } = ledgerOf(
    { card: "c-1", candidates: [{ ...small, ...learned }] },
    { card: "c-1", candidates: [{ rank: 101, ...figures, breaker: "half_open" }] },
  );
  assert.deepEqual(await candidates(), [{ ...small, ...learned }]);
  // The bounds that were full for the first request are not this one's.
  assert.deepEqual(await candidates(), [{ ...small, ...figures, breaker: "half_open" }]);
  assert.deepEqual(asked.map(knownBy), [[undefined, undefined], ["c-1", [101]]]);
});

Deno.test("knowingLedger learns a candidate that comes later, and says so", async () => {
  const { asked, candidates } = ledgerOf(
    { card: "c-1", candidates: [{ ...small, ...figures }] },
    { card: "c-1", candidates: [{ rank: 101, ...figures }, { ...large, ...figures }] },
    { card: "c-1", candidates: [{ rank: 201, ...figures }] },
  );
  await candidates();
  assert.deepEqual(await candidates(), [{ ...small, ...figures }, { ...large, ...figures }]);
  assert.deepEqual(await candidates(), [{ ...large, ...figures }]);
  assert.deepEqual(asked.map(knownBy).at(-1), ["c-1", [101, 201]]);
});

Deno.test("knowingLedger forgets a card that is no longer in force, and knows none of another task", async () => {
  const dearer = { ...small, price: { id: "p-2" } };
  const { asked, candidates } = ledgerOf(
    { card: "c-1", candidates: [{ ...small, ...figures }, { ...large, ...figures }] },
    { card: "c-2", candidates: [{ ...dearer, ...figures }] },
    { card: "c-2", candidates: [{ rank: 101, ...figures }] },
    { card: "c-9", candidates: [] },
  );
  await candidates();
  await candidates();
  assert.deepEqual(await candidates(), [{ ...dearer, ...figures }]);
  await candidates({ task: "follow-up" });
  assert.deepEqual(asked.map(knownBy), [
    [undefined, undefined],
    ["c-1", [101, 201]],
    ["c-2", [101]],
    [undefined, undefined],
  ]);
});

Deno.test("knowingLedger passes on whatever has no card: refusals, plans of named models, other calls", async () => {
  const { ledger, candidates } = ledgerOf({ candidates: [{ ...small, ...figures }] });
  assert.deepEqual(await candidates(), [{ ...small, ...figures }]);
  assert.equal(await candidates(), null);
  assert.equal(await ledger.rpc("ai_settle", {}), "ai_settle");
});

Deno.test("knowingLedger throws ledger_unavailable where a candidate was left out that nobody knows", async () => {
  const { candidates } = ledgerOf({ card: "c-1", candidates: [{ rank: 101, ...figures }] });
  await assert.rejects(candidates(), (error) => error instanceof AppError && error.code === "ledger_unavailable");
});
