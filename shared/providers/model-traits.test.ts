import assert from "node:assert/strict";
import { anthropicModelTraits } from "./anthropic-model-traits.ts";
import { openAiDialect } from "./openai-dialect.ts";
import { openAiModelTraits } from "./openai-model-traits.ts";

Deno.test("anthropicModelTraits reads versions before and after the family, with and without a date", () => {
  const traits = (model: string) => {
    const { bindsToSchema, samples, takesForcedTool, takesEffort } = anthropicModelTraits(model);
    return [bindsToSchema, samples, takesForcedTool, takesEffort].map((each) => each ? "1" : "0").join("");
  };
  assert.equal(traits("claude-3-haiku-20240307"), "0110");
  assert.equal(traits("claude-3-5-sonnet-latest"), "0110");
  assert.equal(traits("claude-sonnet-4-20250514"), "0110");
  assert.equal(traits("claude-opus-4-1-20250805"), "0110");
  assert.equal(traits("claude-haiku-4-5-20251001"), "1110");
  assert.equal(traits("claude-opus-4-5"), "1111");
  assert.equal(traits("claude-sonnet-4-6"), "1111");
  assert.equal(traits("claude-opus-4-7"), "1011");
  assert.equal(traits("claude-opus-5"), "1001");
  assert.equal(traits("claude-sonnet-5-5"), "1001");
  assert.equal(traits("claude-mythos-preview"), "1001");
});

Deno.test("openAiModelTraits tells reasoning models from those that are not", () => {
  const reasons = ["o1", "o3-mini", "gpt-5", "openai/gpt-5", "gpt-5.1-chat-latest", "gpt-6.1-terra"];
  const not = ["gpt-4o", "gpt-4.1-nano", "gpt-3.5-turbo", "chatgpt-4o-latest", "gpt-5-chat-latest", "gpt-audio-mini"];
  assert.deepEqual(reasons.filter((model) => !openAiModelTraits(model).reasons), []);
  assert.deepEqual(not.filter((model) => openAiModelTraits(model).reasons), []);
});

Deno.test("openAiDialect knows Together by slug or address and asks no other server for its ways", () => {
  const dialect = (slug: string, kind: string, baseUrl: string | null) => openAiDialect({ slug, kind, baseUrl });
  assert.equal(dialect("openai", "openai", "https://api.together.xyz/v1"), "openai");
  assert.equal(dialect("together", "openai_compatible", "http://127.0.0.1:9/v1"), "together");
  assert.equal(dialect("llama", "openai_compatible", "https://api.together.xyz/v1"), "together");
  assert.equal(dialect("llama", "openai_compatible", "https://nottogether.xyz/v1"), "compatible");
  assert.equal(dialect("llama", "openai_compatible", null), "compatible");
});
