import assert from "node:assert/strict";
import { heedsEffort, omittedParameters } from "./omitted-parameters.ts";

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
  const hot = { system: null, messages: [], maxOutputTokens: 100, temperature: 1.5, signal: request.signal };
  assert.deepEqual(omittedParameters(anthropic, { ...hot, model: "claude-haiku-4-5" }), ["temperature"]);
  assert.deepEqual(omittedParameters(together, { ...hot, model: "llama" }), []);
  assert.deepEqual(omittedParameters(anthropic, { ...request, model: "claude-haiku-5-5" }), [
    "temperature",
    "top_p",
    "seed",
    "logprobs",
  ]);
});

Deno.test("heedsEffort knows which models can be told how much to think, and when", () => {
  const openai = { slug: "openai", kind: "openai", baseUrl: null } as const;
  const anthropic = { slug: "anthropic", kind: "anthropic", baseUrl: null } as const;
  const together = { slug: "together", kind: "openai_compatible", baseUrl: null } as const;
  const tools = [{ name: "f", description: "", parameters: {} }];
  const heeds = (provider: Parameters<typeof heedsEffort>[0], model: string, more: object = {}) =>
    heedsEffort(provider, { system: null, messages: [], maxOutputTokens: 100, signal: request.signal, model, ...more });
  assert.deepEqual([heeds(openai, "gpt-5-mini"), heeds(openai, "gpt-4o-mini"), heeds(openai, "o1-mini")], [
    true,
    false,
    false,
  ]);
  assert.deepEqual([heeds(openai, "gpt-5.6-terra"), heeds(openai, "gpt-5.6-terra", { tools })], [true, false]);
  assert.deepEqual([heeds(anthropic, "claude-opus-5-5"), heeds(anthropic, "claude-haiku-4-5")], [true, false]);
  assert.equal(heeds(together, "llama"), false);
});
