import { deepEqual, equal } from "node:assert/strict";
import { taskHandler } from "@shared/ai-task/mod.ts";
import { fakeStack } from "@shared/ai-task/testing/mod.ts";
import { titleByRules } from "./rules.ts";
import { conversationTitle } from "./task.ts";

for (
  const [question, title] of [
    ["Hello! What should I ask a hotel owner? He has 42 rooms.", "What should I ask a hotel owner"],
    ["Guten Tag, wie reinige ich Schiefer?", "Wie reinige ich Schiefer"],
    ["slate", "Slate"],
    ["Hallo", "Hallo"],
    ["a ".repeat(100), `A${" a".repeat(29)}…`],
    [
      "Can you tell me, please, how many square metres of slate I need for a bathroom",
      "Can you tell me, please, how many square metres of slate I…",
    ],
  ]
) {
  Deno.test(`titleByRules: ${question?.slice(0, 40)}`, () => equal(titleByRules(question ?? ""), title));
}

Deno.test("conversation-title takes the model's title, and the first words where there is none", async () => {
  const stack = fakeStack([{ answer: JSON.stringify({ title: "Retiling a hotel", confidence: 0.9 }) }]);
  const handler = taskHandler(conversationTitle, stack.deps);
  const { data } = await (await stack.post(handler, conversationTitle.example)).json();
  equal(data.title, "Retiling a hotel");
  const failing = fakeStack(() => ({ error: "server" }));
  const answer = await (await failing.post(taskHandler(conversationTitle, failing.deps), conversationTitle.example))
    .json();
  deepEqual([answer.data.title, answer.meta.action], [
    "What should I ask a hotel owner who wants to retile 42…",
    "fallback_to_rules",
  ]);
});

for (const body of [{ input: { question: " " } }, { input: {} }, { input: { question: "x", colour: "red" } }]) {
  Deno.test(`conversation-title refuses ${JSON.stringify(body)}`, async () => {
    const stack = fakeStack([]);
    equal((await stack.post(taskHandler(conversationTitle, stack.deps), body)).status, 400);
    equal(stack.ledger.admissions.length, 0);
  });
}
