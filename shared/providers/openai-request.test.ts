import assert from "node:assert/strict";
import { openAiRequest } from "./openai-request.ts";
import type { ChatRequest } from "./provider.ts";

function body(fields: Partial<ChatRequest>, dialect: "openai" | "together" | "compatible" = "openai") {
  const { signal } = new AbortController();
  const request = { model: "gpt-4o-mini", system: null, messages: [], maxOutputTokens: 100, signal, ...fields };
  const { model: _, messages: __, ...rest } = openAiRequest(request, { dialect, stream: false });
  return rest;
}

const sampling = { temperature: 0, topP: 0.9, stop: ["END"], seed: 7, logprobs: true };

Deno.test("openAiRequest asks for one tool at a time where it is wanted, and where there are tools", () => {
  const tools = [{ name: "find", description: "Finds", parameters: { type: "object" } }];
  assert.equal(body({ tools, parallelToolCalls: false }).parallel_tool_calls, false);
  assert.equal(body({ tools }).parallel_tool_calls, undefined);
  assert.equal(body({ parallelToolCalls: false }).parallel_tool_calls, undefined);
});

Deno.test("openAiRequest caps the output in the word each model family knows", () => {
  assert.deepEqual(body({ model: "gpt-4o-mini" }), { max_tokens: 100 });
  assert.deepEqual(body({ model: "ft:gpt-4o-mini-2024-07-18:acme::id" }), { max_tokens: 100 });
  assert.deepEqual(body({ model: "gpt-5-chat-latest" }), { max_completion_tokens: 100 });
  assert.deepEqual(body({ model: "something-new" }), { max_completion_tokens: 100 });
  assert.deepEqual(body({ model: "gpt-5" }, "compatible"), { max_tokens: 100 });
});

Deno.test("openAiRequest sends sampling parameters only to models that take them", () => {
  const all = { temperature: 0, top_p: 0.9, stop: ["END"], seed: 7, logprobs: true };
  assert.deepEqual(body({ model: "gpt-4.1", ...sampling }), { ...all, max_tokens: 100 });
  assert.deepEqual(body({ model: "gpt-5-mini", ...sampling }), {
    seed: 7,
    reasoning_effort: "minimal",
    max_completion_tokens: 100,
  });
  const { stop: _, ...withoutStop } = all;
  assert.deepEqual(body({ model: "gpt-5.2", ...sampling }), {
    ...withoutStop,
    reasoning_effort: "none",
    max_completion_tokens: 100,
  });
  assert.equal(body({ model: "gpt-5.2", ...sampling, effort: "high" }).temperature, undefined);
});

Deno.test("openAiRequest asks for the least thinking under a small cap, for what was asked for, and for nothing by default", () => {
  const efforts = (model: string, fields: Partial<ChatRequest> = {}) => body({ model, ...fields }).reasoning_effort;
  assert.deepEqual(
    ["gpt-5", "gpt-5.1-2025-11-13", "gpt-5-pro", "gpt-5.1-codex", "gpt-6-sol", "o4-mini", "o1-mini", "gpt-4o"].map((
      each,
    ) => efforts(each)),
    ["minimal", "none", undefined, "low", "low", "low", undefined, undefined],
  );
  assert.equal(efforts("gpt-5", { maxOutputTokens: 20_000 }), undefined);
  assert.equal(efforts("gpt-5", { effort: "default" }), undefined);
  assert.equal(efforts("gpt-5", { effort: "medium" }), "medium");
  assert.equal(efforts("gpt-4o", { effort: "medium" }), undefined);
  assert.equal(efforts("gpt-5", { extra: { reasoning_effort: "high" } }), "high");
});

Deno.test("openAiRequest turns effort off where tools are refused with it", () => {
  const tools = [{ name: "t", description: "d", parameters: { type: "object" } }];
  assert.equal(body({ model: "gpt-5.6-luna", tools, effort: "high" }).reasoning_effort, "none");
  assert.equal(body({ model: "gpt-5", tools, effort: "high" }).reasoning_effort, "high");
});

Deno.test("openAiRequest lets extra add, but not raise the cap or change what the request decides", () => {
  const extra = {
    max_tokens: 9999,
    max_completion_tokens: 9999,
    model: "dear",
    stream: true,
    user: "u-1",
    top_logprobs: 2,
  };
  assert.deepEqual(body({ extra: { ...extra, stream: false } }), {
    user: "u-1",
    top_logprobs: 2,
    stream: false,
    max_tokens: 100,
  });
});

Deno.test("openAiRequest writes tools and each choice between them", () => {
  const tools = [{ name: "find", description: "Finds", parameters: { type: "object" } }];
  const written = [{ type: "function", function: tools[0] }];
  assert.deepEqual(body({ tools }), { max_tokens: 100, tools: written });
  assert.equal(body({ tools, toolChoice: "required" }).tool_choice, "required");
  assert.deepEqual(body({ tools, toolChoice: { name: "find" } }).tool_choice, {
    type: "function",
    function: { name: "find" },
  });
  assert.equal(body({ tools: [], toolChoice: "required" }).tool_choice, undefined);
});

Deno.test("openAiRequest binds OpenAI to a schema it can express and tells any other in words", () => {
  const fits = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
  const optional = { type: "object", properties: { a: { type: "string" } } };
  assert.deepEqual(body({ responseSchema: { name: "answer", schema: fits } }).response_format, {
    type: "json_schema",
    json_schema: { name: "answer", strict: true, schema: { ...fits, additionalProperties: false } },
  });
  const { signal } = new AbortController();
  const request = { model: "gpt-4o", system: "Kurz.", messages: [], maxOutputTokens: 9, signal };
  const words = openAiRequest({ ...request, responseSchema: { name: "answer", schema: optional } }, {
    dialect: "openai",
    stream: false,
  });
  assert.deepEqual(words.response_format, { type: "json_object" });
  assert.match(
    JSON.stringify(words.messages),
    /^\[{"role":"system","content":"Kurz\.\\n\\nAnswer with one JSON object/,
  );
});
