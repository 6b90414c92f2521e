import assert from "node:assert/strict";
import type { Plan } from "@shared/budget/mod.ts";
import type { FakeStep } from "@shared/providers/testing/mod.ts";
import { z } from "zod";
import { defineTask } from "./define-task.ts";
import { fakePost, fakeStack } from "./testing/fake-stack.ts";
import { taskHandler } from "./task-handler.ts";

const ruled = defineTask({
  task: "guess",
  title: "Guess",
  description: "Guesses a number.",
  input: z.strictObject({ around: z.number() }),
  output: z.strictObject({ guess: z.number(), confidence: z.number() }),
  example: { input: { around: 5 } },
  prompt: { version: 1, system: "Guess.", template: "{{around}}" },
  variables: ({ around }) => ({ around: String(around) }),
  maxOutputTokens: 50,
  consistency: ({ guess }, { around }) => [{ name: "near", passed: Math.abs(guess - around) < 10 }],
  validation: ({ guess }) => [{ name: "whole", passed: Number.isInteger(guess) }],
  selfReport: ({ confidence }) => confidence,
  rules: ({ around }) => ({ guess: around, confidence: 0.5 }),
  streams: false,
});
const answered = (output: unknown): FakeStep => ({ answer: JSON.stringify(output) });
const unruled = { ...ruled, rules: null };
const lenient = { ...ruled, rulesReplaceWeak: false };
const sure = answered({ guess: 5, confidence: 0.9 });
const unsure = answered({ guess: 50, confidence: 0.4 });
const hopeless = answered({ guess: 50.5, confidence: 0 });

interface Case {
  name: string;
  task?: typeof ruled | typeof unruled;
  steps: FakeStep[];
  status?: number;
  expected: Record<string, unknown>;
  plan?: Partial<Plan>;
}

const cases: Case[] = [
  {
    name: "uses a sure answer",
    steps: [sure],
    expected: { action: "use_ai_result", needs_review: false, fallback_reason: null, model: "gpt-4o-mini", calls: 1 },
  },
  {
    name: "escalates an unsure answer and uses the better one",
    steps: [unsure, sure],
    expected: {
      action: "use_ai_result",
      model: "claude-sonnet",
      tier: "large",
      escalated: true,
      fell_back: false,
      calls: 2,
    },
  },
  {
    name: "falls back to rules when every answer is unsure",
    steps: [unsure, unsure],
    expected: {
      action: "fallback_to_rules",
      fallback_reason: "low_confidence",
      needs_review: false,
      model: null,
      provider: null,
      tier: null,
      calls: 2,
    },
  },
  {
    name: "falls back to rules and asks for a look when every answer is hopeless",
    steps: [hopeless, hopeless],
    expected: { action: "fallback_to_rules", fallback_reason: "low_confidence", needs_review: true },
  },
  {
    name: "flags the best answer of a task without rules",
    task: unruled,
    steps: [unsure, hopeless],
    expected: { action: "use_ai_result", fallback_reason: null, needs_review: true, model: "gpt-4o-mini", calls: 2 },
  },
  {
    name: "gives and flags a weak answer whose rules are for no answer at all",
    task: lenient,
    steps: [unsure, hopeless],
    expected: { action: "use_ai_result", fallback_reason: null, needs_review: true, model: "gpt-4o-mini", calls: 2 },
  },
  {
    name: "answers by such rules when every provider fails",
    task: lenient,
    steps: Array.from({ length: 8 }, () => ({ error: "server" as const })),
    expected: { action: "fallback_to_rules", fallback_reason: "provider_unavailable", model: null },
  },
  {
    name: "distrusts a sure answer where such answers turned out wrong",
    steps: [sure, sure],
    plan: { calibration: { kind: "isotonic", scores: [0.5, 0.97], values: [0.1, 0.4] } },
    expected: { action: "fallback_to_rules", fallback_reason: "low_confidence", needs_review: true, calls: 2 },
  },
  {
    name: "trusts an unsure answer where such answers turned out right",
    steps: [unsure],
    plan: { calibration: { kind: "logistic", slope: 1, offset: 3 } },
    expected: { action: "use_ai_result", needs_review: false, escalated: false, calls: 1 },
  },
  {
    name: "falls back to rules when every provider fails",
    steps: Array.from({ length: 8 }, () => ({ error: "server" as const })),
    expected: {
      action: "fallback_to_rules",
      fallback_reason: "provider_unavailable",
      fell_back: true,
      confidence: null,
    },
  },
  {
    name: "answers 503 when every provider fails and there are no rules",
    task: unruled,
    steps: Array.from({ length: 8 }, () => ({ error: "server" as const })),
    status: 503,
    expected: { code: "provider_unavailable", retryable: true },
  },
  {
    name: "answers 422 when a filter stops the request, rules or not",
    steps: [{ error: "content_filter" }],
    status: 422,
    expected: { code: "content_filtered", retryable: false },
  },
  {
    name: "answers 502 when no answer is usable and there are no rules",
    task: unruled,
    steps: Array.from({ length: 3 }, () => ({ answer: "no idea" })),
    status: 502,
    expected: { code: "invalid_model_output" },
  },
  {
    name: "names a truncated answer as the reason for the rules",
    steps: [1, 2].map(() => ({ answer: { text: '{"gue', finishReason: "length" as const } })),
    expected: { action: "fallback_to_rules", fallback_reason: "truncated" },
  },
  {
    name: "names an answer truncated that is used all the same",
    steps: [{ answer: { text: JSON.stringify({ guess: 5, confidence: 0.9 }), finishReason: "length" as const } }],
    expected: { action: "use_ai_result", fallback_reason: "truncated", model: "gpt-4o-mini" },
  },
  {
    name: "answers 500 without details when a provider refuses what we made of the request",
    task: unruled,
    steps: [{ error: "invalid_request" }],
    status: 500,
    expected: { code: "internal", detail: "Cannot complete the request: unexpected error" },
  },
  {
    name: "answers by rules when nobody may be asked",
    steps: [],
    plan: { candidates: [], hold_usd: "0" },
    expected: { action: "fallback_to_rules", fallback_reason: "provider_unavailable", calls: 0, cost_usd: 0 },
  },
  {
    name: "answers by rules when the prompt row cannot be filled, and gives the hold back",
    steps: [],
    plan: { prompt: { key: "guess", version: 9, variant: "B", system: null, template: "{{missing}}", few_shot: [] } },
    expected: { action: "fallback_to_rules", fallback_reason: "internal", calls: 0, cost_usd: 0 },
  },
];
for (const { name, task = ruled, steps, status = 200, expected, plan = {} } of cases) {
  Deno.test(`a task ${name}`, async () => {
    const stack = fakeStack(steps);
    stack.ledger.adjustPlan = (admitted) => ({ ...admitted, ...plan });
    const response = await stack.post(taskHandler(task, stack.deps), { input: { around: 5 } });
    const answer = await response.json();
    const shown = status === 200 ? answer.meta : answer;
    const picked = Object.fromEntries(Object.keys(expected).map((key) => [key, shown[key]]));
    assert.deepEqual([response.status, picked], [status, expected]);
    assert.equal(stack.ledger.openHolds, 0, "every end settles");
    const [settlement] = stack.ledger.settlements;
    assert.equal(settlement?.outcome.status, status === 200 ? "succeeded" : "failed");
    assert.equal(settlement?.outcome.error_code, status === 200 ? null : answer.code);
    if (status === 200) assert.equal(Number(100 - Number(stack.ledger.leftUsd)).toFixed(9), shown.cost_usd.toFixed(9));
  });
}

Deno.test("a task caches good answers only", async () => {
  const cacheable = async (steps: FakeStep[], task: typeof ruled | typeof unruled = ruled) => {
    const stack = fakeStack(steps);
    await stack.post(taskHandler(task, stack.deps), { input: { around: 5 } });
    return stack.ledger.settlements[0]?.cacheable;
  };
  assert.equal(await cacheable([sure]), true);
  assert.equal(await cacheable([unsure, unsure]), false, "rules");
  assert.equal(await cacheable([unsure, unsure], unruled), false, "flagged");
  const cut = { answer: { text: JSON.stringify({ guess: 5, confidence: 0.9 }), finishReason: "length" as const } };
  assert.equal(await cacheable([cut]), false, "truncated, although it can be read");
});

Deno.test("a task says that the stand-in answered, and only then", async () => {
  const standIn = { answer: { text: JSON.stringify({ guess: 5, confidence: 0.9 }), standIn: true } };
  const stack = fakeStack([standIn]);
  const { meta } = await (await stack.post(taskHandler(ruled, stack.deps), { input: { around: 5 } })).json();
  assert.equal(meta.stand_in, true);
  assert.equal(stack.ledger.settlements[0]?.calls[0]?.stand_in, true);
});

Deno.test("a task keeps in its decision what it judged by", async () => {
  const stack = fakeStack([unsure, sure]);
  await stack.post(taskHandler(ruled, stack.deps), { input: { around: 5 } });
  const { decision, confidence_breakdown } = stack.ledger.settlements[0]?.outcome ?? assert.fail();
  assert.deepEqual(decision["route"], ["openai/gpt-4o-mini: weak (0.57)"]);
  assert.equal(decision["level"], "excellent");
  assert.deepEqual(confidence_breakdown, {
    score: 0.97,
    model_confidence: 0.9,
    completeness: 1,
    consistency: 1,
    validation: 1,
  });
});

Deno.test("a task with rules that fail settles what was spent and says nothing about why", async () => {
  const broken = {
    ...ruled,
    rules: (): { guess: number; confidence: number } => {
      throw new Error("secret detail");
    },
  };
  const stack = fakeStack([{ answer: "x" }, { answer: "x" }, { answer: "x" }]);
  const response = await stack.post(taskHandler(broken, stack.deps), { input: { around: 5 } });
  assert.equal(response.status, 502);
  assert.ok(!(await response.text()).includes("secret detail"));
  assert.equal(stack.ledger.settlements[0]?.calls.length, 3);
  assert.deepEqual(stack.logged.map(([event]) => event), ["request_failed", "request_failed"]);
});

Deno.test("a task stops its provider when its caller leaves, unless the caller can come back for the answer", async () => {
  const left = async (headers: Record<string, string>) => {
    const gone = new AbortController();
    const stack = fakeStack((call) => {
      gone.abort();
      return call.request.signal.aborted ? { silence: true } : sure;
    });
    const response = await taskHandler(ruled, stack.deps)(
      new Request(fakePost({ input: { around: 5 } }, headers), { signal: gone.signal }),
    );
    await response.body?.cancel();
    await stack.settled();
    return stack.ledger.settlements[0]?.outcome.status;
  };
  assert.equal(await left({}), "cancelled");
  assert.equal(await left({ "idempotency-key": "back-soon" }), "succeeded");
});
