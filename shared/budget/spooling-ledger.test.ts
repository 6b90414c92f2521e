import assert from "node:assert/strict";
import { AppError } from "@shared/errors/mod.ts";
import type { Admission, AdmissionRequest, Plan } from "./mod.ts";
import { spoolingLedger } from "./spooling-ledger.ts";

const settings = {
  "ai.ledger.on_outage": "spool",
  "ai.ledger.spool.tasks": ["classify-lead"],
  "ai.ledger.spool.allowance": 0.01,
};
const candidate = {
  provider: "openai",
  model: "gpt-4o-mini",
  tier: "small",
  price: {
    id: "p-1",
    input_usd_per_mtok: "1",
    output_usd_per_mtok: "2",
    cache_read_usd_per_mtok: null,
    cache_write_usd_per_mtok: null,
  },
  max_output_tokens: 500,
  worst_cost_usd: "0.0011",
  breaker: "closed",
};
const plan = {
  request_id: "r-0",
  org_id: "o-1",
  candidates: [candidate, { ...candidate, model: "gpt-4.1-nano", breaker: "half_open" }],
  tier: "small",
  prompt: { key: "classify-lead", version: 1, variant: "A", system: null, template: null, few_shot: [] },
  settings,
  budget: { state: "ok", remaining: "5", currency: "EUR", per_usd: "0.9" },
  hold_usd: "0.0011",
  expires_at: "2026-11-27T08:00:00Z",
  items: null,
} as unknown as Plan;

function ask(request_id: string, more: Partial<AdmissionRequest> = {}): { request: AdmissionRequest } {
  const request = {
    request_id,
    org_id: "o-1",
    user_id: "u-1",
    key_hash: null,
    service: false,
    task: "classify-lead",
    operation: "chat",
    models: null,
    needs: [],
    providers: ["openai"],
    input_tokens: 1000,
    prompt_tokens: 500,
    max_output_tokens: 500,
    idempotency_key: null,
    job_id: "j-1",
    subject_type: null,
    subject_id: null,
    deadline_ms: 30_000,
    ...more,
  };
  return { request: request as AdmissionRequest };
}

function world(given: Partial<Plan> = {}) {
  const state = { down: false, now: 1_000_000 };
  const asked: [string, Record<string, unknown>][] = [];
  const lines: Record<string, unknown>[] = [];
  const waits: number[] = [];
  const ledger = spoolingLedger({
    rpc<Result>(name: string, args: Record<string, unknown>) {
      asked.push([name, args]);
      if (state.down) return Promise.reject<Result>(new AppError("ledger_unavailable", "Cannot reach the database"));
      return Promise.resolve(
        (name === "ai_admit" ? { outcome: "admitted", plan: { ...plan, ...given } } : { settled: true }) as Result,
      );
    },
  }, {
    now: () => state.now,
    wait: (ms) => {
      waits.push(ms);
      state.now += ms;
      return Promise.resolve();
    },
    print: (line) => lines.push(JSON.parse(line)),
  });
  const admit = (id: string, more: Partial<AdmissionRequest> = {}) => ledger.rpc<Admission>("ai_admit", ask(id, more));
  return { state, asked, lines, waits, ledger, admit };
}

const refused = { name: "AppError", code: "ledger_unavailable" };

Deno.test("spoolingLedger() hands on what the database says while it can be reached", async () => {
  const { admit, ledger, asked } = world();
  assert.equal((await admit("r-1")).outcome, "admitted");
  await ledger.rpc("ai_settle", { settlement: { request_id: "r-1" } });
  assert.deepEqual(asked.map(([name]) => name), ["ai_admit", "ai_settle"]);
  assert.deepEqual(asked[1]?.[1], { settlement: { request_id: "r-1" } });
});

Deno.test("spoolingLedger() admits a known question of a known caller by its own bound, and says so", async () => {
  const { admit, state, lines } = world();
  await admit("r-1");
  state.down = true;
  const admission = await admit("r-2", { input_tokens: 2000 });
  assert.equal(admission.outcome, "admitted");
  if (admission.outcome !== "admitted") return;
  // 2,500 tokens at 1 and 500 at 2 dollars a million; the half-open candidate would need a probe nobody can claim.
  assert.deepEqual(
    [
      admission.plan.request_id,
      admission.plan.hold_usd,
      admission.plan.budget,
      admission.plan.candidates.map(({ model }) => model),
    ],
    ["r-2", "0.0035", null, ["gpt-4o-mini"]],
  );
  assert.deepEqual(lines, [{
    event: "ai_ledger_spooled",
    request_id: "r-2",
    task: "classify-lead",
    org_id: "o-1",
    hold_usd: "0.0035",
  }]);
});

Deno.test("spoolingLedger() admits nobody it does not know", async () => {
  const { admit, state } = world();
  await admit("r-1");
  state.down = true;
  await assert.rejects(admit("r-2", { user_id: "u-2" }), refused);
  await assert.rejects(admit("r-3", { org_id: "o-2" }), refused);
  await assert.rejects(admit("r-4", { models: ["gpt-4o"] }), refused);
  await assert.rejects(admit("r-5", { idempotency_key: "k" }), refused);
  state.now += 600_001;
  await assert.rejects(admit("r-6"), refused);
});

for (
  const [name, given] of [
    ["where the setting refuses", { ...settings, "ai.ledger.on_outage": "refuse" }],
    ["of a task that is not named", { ...settings, "ai.ledger.spool.tasks": ["embed-text"] }],
    ["without an allowance", { ...settings, "ai.ledger.spool.allowance": 0 }],
  ] as const
) {
  Deno.test(`spoolingLedger() admits nothing ${name}`, async () => {
    const { admit, state } = world({ settings: given });
    await admit("r-1");
    state.down = true;
    await assert.rejects(admit("r-2"), refused);
  });
}

Deno.test("spoolingLedger() stops at its allowance, and has it again once all is settled", async () => {
  const { admit, state, ledger } = world();
  await admit("r-0");
  state.down = true;
  // 0.0025 each: four times into 0.01.
  for (const id of ["r-1", "r-2", "r-3", "r-4"]) await admit(id);
  await assert.rejects(admit("r-5"), refused);
  state.down = false;
  await ledger.rpc("ai_settle", { settlement: { request_id: "r-1" } });
  state.down = true;
  assert.equal((await admit("r-6")).outcome, "admitted");
  await assert.rejects(admit("r-7"), refused);
});

Deno.test("spoolingLedger() asks a database that is away only now and then", async () => {
  const { admit, state, asked } = world();
  await admit("r-0");
  state.down = true;
  await admit("r-1");
  await admit("r-2");
  assert.equal(asked.length, 2);
  state.now += 2_000;
  await admit("r-3");
  assert.equal(asked.length, 3);
});

Deno.test("spoolingLedger() settles when the database is back, with what its admission would have kept", async () => {
  const { admit, state, ledger, asked, waits } = world();
  await admit("r-0");
  state.down = true;
  await admit("r-1");
  const settling = ledger.rpc("ai_settle", { settlement: { request_id: "r-1", calls: [] } });
  await Promise.resolve();
  state.down = false;
  assert.deepEqual(await settling, { settled: true });
  assert.equal(waits[0], 500);
  assert.deepEqual(asked.at(-1), ["ai_settle", {
    settlement: {
      request_id: "r-1",
      calls: [],
      spooled: { job_id: "j-1", subject_type: null, subject_id: null, key_hash: null, hold_usd: "0.0025" },
    },
  }]);
});

Deno.test("spoolingLedger() gives a settlement back after five minutes, for the log", async () => {
  const { admit, state, ledger } = world();
  await admit("r-0");
  state.down = true;
  await admit("r-1");
  const started = state.now;
  await assert.rejects(ledger.rpc("ai_settle", { settlement: { request_id: "r-1" } }), refused);
  assert.ok(state.now - started >= 300_000);
});
