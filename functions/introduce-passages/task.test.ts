import assert from "node:assert/strict";
import { taskHandler } from "@shared/ai-task/mod.ts";
import { fakeStack } from "@shared/ai-task/testing/mod.ts";
import { introducePassages } from "./task.ts";

const { input } = introducePassages.example;
const post = async (script: Parameters<typeof fakeStack>[0], given: unknown = input) => {
  const stack = fakeStack(script);
  const response = await stack.post(taskHandler(introducePassages, stack.deps), { input: given });
  return { status: response.status, body: await response.json() };
};
const answer = (introductions: unknown) => () => ({ answer: JSON.stringify({ introductions, confidence: 0.9 }) });
const both = [{ passage: 1, text: "How porcelain tiles are cleaned." }, {
  passage: 2,
  text: "Whether porcelain tiles resist frost.",
}];

Deno.test("introduce-passages says of each passage what it is about", async () => {
  const { status, body } = await post(answer(both));
  assert.deepEqual([status, body.data.introductions, body.meta.action], [200, both, "use_ai_result"]);
});

Deno.test("introduce-passages is less sure where passages are left out or invented", async () => {
  const whole = await post(answer(both));
  const part = await post(answer([both[0], { passage: 7, text: "Of another document." }]));
  assert.ok(part.body.meta.confidence.score < whole.body.meta.confidence.score, JSON.stringify(part.body.meta));
});

Deno.test("introduce-passages leaves passages without when no provider answers", async () => {
  const { status, body } = await post(() => ({ error: "server" }));
  assert.deepEqual([status, body.data.introductions, body.meta.action], [200, [], "fallback_to_rules"]);
});

Deno.test("introduce-passages refuses no passage, too many, and an unknown field", async () => {
  const [passage] = input.passages;
  for (
    const given of [{ ...input, passages: [] }, { ...input, passages: Array(11).fill(passage) }, {
      ...input,
      colour: "red",
    }]
  ) {
    const { status, body } = await post([], given);
    assert.deepEqual([status, body.code], [400, "invalid_request"]);
  }
});
