import { equal } from "node:assert/strict";
import { finish } from "./finish.ts";
import type { Prompt } from "./prompt.ts";

const prompt: Prompt = {
  ...{
    provider: "openai",
    model: "gpt-4o",
    system: "You are a helpful assistant.",
    schema: null,
    jsonObject: false,
    tools: [],
  },
  ...{ toolChoice: "auto", maxTokens: null, stop: [], logprobs: false, stream: false },
  turns: [{ role: "user", text: "Hello!", images: 0 }],
};
const answer = { text: "one two three four five", calls: [], confidence: 0.9 };

Deno.test("finish() counts tokens as OpenAI does", async () => {
  const { inputTokens, outputTokens, finishReason } = await finish(answer, prompt);
  equal(inputTokens, 19);
  equal(outputTokens, 5);
  equal(finishReason, "stop");
});

Deno.test("finish() cuts at the cap and at stop words, and says so", async () => {
  const capped = await finish(answer, { ...prompt, maxTokens: 2 });
  equal(capped.text, "one two");
  equal(capped.finishReason, "length");
  equal(capped.outputTokens, 2);
  equal((await finish(answer, { ...prompt, stop: [" three"] })).text, "one two");
  equal((await finish(answer, { ...prompt, provider: "anthropic", stop: ["three"] })).finishReason, "stop_sequence");
});

Deno.test("finish() takes a tokenizer's commands in a text for text", async () => {
  equal((await finish({ ...answer, text: "<|endoftext|>" }, prompt)).text, "<|endoftext|>");
});
