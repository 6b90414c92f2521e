import assert from "node:assert/strict";
import { omittedParameters } from "./omitted-parameters.ts";

const request = {
  system: null,
  messages: [],
  maxOutputTokens: 100,
  temperature: 0,
  topP: 1,
  stop: ["END"],
  seed: 1,
  logprobs: true,
  signal: new AbortController().signal,
};

Deno.test("omittedParameters names what a model would refuse", () => {
  const openai = { slug: "openai", kind: "openai", baseUrl: null } as const;
  const anthropic = { slug: "anthropic", kind: "anthropic", baseUrl: null } as const;
  const together = { slug: "together", kind: "openai_compatible", baseUrl: null } as const;
  assert.deepEqual(omittedParameters(openai, { ...request, model: "gpt-4o" }), []);
  assert.deepEqual(omittedParameters(openai, { ...request, model: "o3" }), [
    "temperature",
    "top_p",
    "stop",
    "logprobs",
  ]);
  assert.deepEqual(omittedParameters(openai, { ...request, model: "gpt-5.1" }), ["stop"]);
  assert.deepEqual(omittedParameters(together, { ...request, model: "llama" }), []);
  assert.deepEqual(omittedParameters(anthropic, { ...request, model: "claude-haiku-4-5" }), [
    "top_p",
    "seed",
    "logprobs",
  ]);
  assert.deepEqual(omittedParameters(anthropic, { ...request, model: "claude-haiku-5-5" }), [
    "temperature",
    "top_p",
    "seed",
    "logprobs",
  ]);
});
