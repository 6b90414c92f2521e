import assert from "node:assert/strict";
import { taskHandler } from "@shared/ai-task/mod.ts";
import { fakeOrgId, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { classifyByRules } from "./rules.ts";
import { classifyLead } from "./task.ts";

const good = { class: "B", score: 60, reasons: ["Asked for prices for 200 meals a day."], confidence: 0.9 };
const { input } = classifyLead.example;
const context = { language: "en", now: "2026-11-21T00:00:00.000Z" };

Deno.test("classify-lead answers with the model's class and everything about the request", async () => {
  const stack = fakeStack([{ answer: JSON.stringify(good) }]);
  const response = await stack.post(taskHandler(classifyLead, stack.deps), { input });
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    data: good,
    meta: {
      request_id: "00000000-0000-4000-8000-000000000001",
      job_id: null,
      task: "classify-lead",
      provider: "openai",
      model: "gpt-4o-mini",
      tier: "small",
      usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 0 },
      cost_usd: 0.0000045,
      latency_ms: 0,
      calls: 1,
      cached: false,
      escalated: false,
      fell_back: false,
      confidence: { score: 0.97, model_confidence: 0.9, completeness: 1, consistency: 1, validation: 1 },
      action: "use_ai_result",
      fallback_reason: null,
      needs_review: false,
      prompt: { key: "classify-lead", version: 1, variant: "A" },
      budget: { state: "ok", remaining: 99.9999955, currency: "USD" },
    },
  });
  assert.equal(stack.ledger.leftUsd, "99.9999955", "the ledger computes what the caller was told");
});

const bad: [name: string, body: unknown][] = [
  ["no lead", { input: {} }],
  ["a lead without anything to recognize it by", { input: { lead: { source: "web" } } }],
  ["an unknown member", { input: { lead: { name: "Anna", shoe_size: 38 } } }],
  ["a status that does not exist", { input: { lead: { name: "Anna", status: "hot" } } }],
];
for (const [name, body] of bad) {
  Deno.test(`classify-lead refuses ${name} and spends nothing`, async () => {
    const stack = fakeStack([]);
    const response = await stack.post(taskHandler(classifyLead, stack.deps), { ...body as object, org_id: fakeOrgId });
    assert.equal(response.status, 400);
    assert.equal((await response.json()).code, "invalid_request");
    assert.deepEqual([stack.ledger.admissions.length, stack.ledger.rejections.length], [0, 1]);
  });
}

Deno.test("classify-lead answers by rules when no model gives a usable answer", async () => {
  const stack = fakeStack(() => ({ answer: '{"class":"D"}' }));
  const response = await stack.post(taskHandler(classifyLead, stack.deps), { input });
  const { data, meta } = await response.json();
  assert.equal(response.status, 200);
  assert.deepEqual(data, classifyByRules(classifyLead.input.parse(input).lead, context));
  assert.deepEqual([meta.action, meta.fallback_reason, meta.provider, meta.model, meta.tier], [
    "fallback_to_rules",
    "invalid_model_output",
    null,
    null,
    null,
  ]);
  assert.equal(meta.calls, 3, "answer, repair, escalation");
  assert.ok(meta.cost_usd > 0, "the failed calls are paid for");
});

Deno.test("classify-lead does not trust a class that contradicts its score and the caller's knowledge", async () => {
  const contradicting = { class: "A", score: 10, reasons: ["x", "x"], confidence: 0.6 };
  const stack = fakeStack(() => ({ answer: JSON.stringify(contradicting) }));
  const lead = { name: "Anna", scores: { p: 5 } };
  const { data, meta } = await (await stack.post(taskHandler(classifyLead, stack.deps), { input: { lead } })).json();
  assert.deepEqual([data.class, meta.action, meta.fallback_reason, meta.escalated], [
    "C",
    "fallback_to_rules",
    "low_confidence",
    true,
  ]);
  assert.deepEqual(meta.confidence, {
    score: 0.56,
    model_confidence: 0.6,
    completeness: 1,
    consistency: 0.3333,
    validation: 0,
  });
});

const ruled: [name: string, lead: Record<string, unknown>, language: string, expected: unknown][] = [
  ["follows a given score", { name: "Anna", scores: { p: 81, v: 70 } }, "en", {
    class: "A",
    score: 81,
    reasons: ["The priority score the lead brings decides."],
    confidence: 0.8,
  }],
  [
    "does not round a score into a class that is not its own",
    { name: "Anna", scores: { v: 60, e: 58.4, i: 90 } },
    "en",
    {
      class: "B",
      score: 74,
      reasons: ["Its verification, enrichment and intent scores decide."],
      confidence: 0.8,
    },
  ],
  ["speaks German", { name: "Anna", notes: "Bittet um ein Angebot" }, "de", {
    class: "B",
    score: 45,
    reasons: ["Bittet um ein Angebot."],
    confidence: 0.5,
  }],
  ["speaks French", { name: "Anna" }, "fr", {
    class: "C",
    score: 20,
    reasons: ["Rien de connu n'annonce un achat prochain."],
    confidence: 0.5,
  }],
  ["falls back to English", { name: "Anna" }, "it", {
    class: "C",
    score: 20,
    reasons: ["Nothing known speaks for buying soon."],
    confidence: 0.5,
  }],
  ["never works on who must not be contacted", { name: "Anna", do_not_contact: true, scores: { p: 99 } }, "en", {
    class: "C",
    score: 0,
    reasons: ["Must not be contacted."],
    confidence: 0.9,
  }],
  ["puts a lost lead into C, whatever its score was", { name: "Anna", status: "lost", scores: { p: 90 } }, "en", {
    class: "C",
    score: 39,
    reasons: ["Is marked as lost."],
    confidence: 0.8,
  }],
];
for (const [name, lead, language, expected] of ruled) {
  Deno.test(`classifyByRules() ${name}`, () => {
    const { lead: valid } = classifyLead.input.parse({ lead });
    const answer = classifyByRules(valid, { ...context, language });
    assert.deepEqual(answer, expected);
    assert.deepEqual(classifyLead.output.parse(answer), answer);
  });
}
