import assert from "node:assert/strict";
import { fence, FENCE_RULE } from "./fence.ts";
import { type PromptParts, renderPrompt } from "./render-prompt.ts";

const parts: PromptParts = {
  system: "You classify leads. Answer in {{language}}.",
  template: "Classify:\n{{lead}}",
  fewShot: [],
  variables: { lead: "Acme" },
  trusted: { language: "de" },
};

Deno.test("renderPrompt() fences values, and says in the system text what fences mean", () => {
  assert.deepEqual(renderPrompt(parts), {
    system: `You classify leads. Answer in de.\n\n${FENCE_RULE}`,
    messages: [{ role: "user", content: `Classify:\n${fence("lead", "Acme")}` }],
  });
});

Deno.test("renderPrompt() puts examples before the question, their inputs fenced", () => {
  const { messages } = renderPrompt({ ...parts, fewShot: [{ input: "Beta", output: '{"class":"B"}' }] });
  assert.deepEqual(messages.slice(0, 2), [
    { role: "user", content: fence("example", "Beta") },
    { role: "assistant", content: '{"class":"B"}' },
  ]);
  assert.equal(messages.length, 3);
});

Deno.test("renderPrompt() never reads a placeholder that a value brings along", () => {
  const { messages } = renderPrompt({ ...parts, variables: { lead: "{{language}} {{lead}} $& $1" } });
  assert.equal(messages[0]?.content, `Classify:\n${fence("lead", "{{language}} {{lead}} $& $1")}`);
});

Deno.test("renderPrompt() prefers data to a trusted value of the same name, so that it stays fenced", () => {
  const { messages } = renderPrompt({ ...parts, template: "{{language}}", variables: { language: "x" } });
  assert.equal(messages[0]?.content, fence("language", "x"));
});

const refused: [name: string, change: Partial<PromptParts>, message: RegExp][] = [
  ["a placeholder without a value", { template: "{{lead}} {{history}}" }, /\{\{history\}\} has no value/],
  ["data in the system text", { system: "About {{lead}}" }, /system text: \{\{lead\}\} has no value/],
  ["a property of every object", { template: "{{constructor}}" }, /\{\{constructor\}\} has no value/],
  ["spaces in a placeholder", { template: "{{ lead }}" }, /double braces/],
  ["an unclosed placeholder", { template: "{{lead" }, /double braces/],
];
for (const [name, change, message] of refused) {
  Deno.test(`renderPrompt() refuses ${name}`, () => {
    assert.throws(() => renderPrompt({ ...parts, ...change }), { name: "PromptError", message });
  });
}
