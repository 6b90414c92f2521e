import assert from "node:assert/strict";
import { taskHandler } from "@shared/ai-task/mod.ts";
import { fakeStack } from "@shared/ai-task/testing/mod.ts";
import { rerankPassages } from "./task.ts";

const { input } = rerankPassages.example;
const post = async (script: Parameters<typeof fakeStack>[0], given: unknown = input) => {
  const stack = fakeStack(script);
  const response = await stack.post(taskHandler(rerankPassages, stack.deps), { input: given });
  return { status: response.status, body: await response.json(), stack };
};
const answer = (ranking: unknown) => [{ answer: JSON.stringify({ ranking, confidence: 0.9 }) }];

Deno.test("rerank-passages says how well each passage answers", async () => {
  const ranking = [{ passage: 2, relevance: 1 }, { passage: 1, relevance: 0.1 }];
  const { status, body } = await post(answer(ranking));
  assert.deepEqual([status, body.data.ranking, body.meta.action], [200, ranking, "use_ai_result"]);
});

Deno.test("rerank-passages is less sure of a ranking that leaves passages out, or invents some", async () => {
  const whole = await post(answer([{ passage: 2, relevance: 1 }, { passage: 1, relevance: 0 }]));
  for (
    const ranking of [[{ passage: 2, relevance: 1 }], [{ passage: 2, relevance: 1 }, { passage: 7, relevance: 0 }]]
  ) {
    const { body } = await post(() => answer(ranking)[0] ?? { answer: "" });
    assert.ok(body.meta.confidence.score < whole.body.meta.confidence.score, JSON.stringify(body.meta));
  }
});

Deno.test("rerank-passages leaves the order as it was when no provider answers", async () => {
  const { status, body } = await post(() => ({ error: "server" }));
  assert.deepEqual([status, body.data.ranking, body.meta.action, body.meta.model], [
    200,
    [{ passage: 1, relevance: 1 }, { passage: 2, relevance: 0.5 }],
    "fallback_to_rules",
    null,
  ]);
});

for (
  const [name, given] of Object.entries({
    "no passage": { question: "a", passages: [] },
    "a blank question": { question: " ", passages: input.passages },
    "too many passages": { question: "a", passages: Array.from({ length: 31 }, () => ({ id: "a", content: "b" })) },
  })
) {
  Deno.test(`rerank-passages refuses ${name} and spends nothing`, async () => {
    const { status, stack } = await post([], given);
    assert.deepEqual([status, stack.ledger.admissions.length], [400, 0]);
  });
}
