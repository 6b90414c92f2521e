import assert from "node:assert/strict";
import { anthropicRequest } from "./anthropic-request.ts";
import type { ChatRequest } from "./provider.ts";

const schema = { type: "object", properties: { a: { type: "string", maxLength: 9 } }, required: ["a"] };

function written(fields: Partial<ChatRequest> = {}) {
  const { signal } = new AbortController();
  const request = { model: "claude-haiku-4-5", system: null, messages: [], maxOutputTokens: 100, signal, ...fields };
  const { body, headers, answerTool } = anthropicRequest(request, { stream: false });
  const { model: _, messages: __, ...rest } = body;
  return { body: rest, headers, answerTool };
}

Deno.test("anthropicRequest binds Claude 4.5 and later to the schema natively", () => {
  assert.deepEqual(written({ responseSchema: { name: "answer", schema } }), {
    body: {
      max_tokens: 100,
      output_config: {
        format: {
          type: "json_schema",
          schema: {
            type: "object",
            properties: { a: { type: "string", description: "(maxLength: 9)" } },
            required: ["a"],
            additionalProperties: false,
          },
        },
      },
    },
    headers: {},
    answerTool: null,
  });
});

Deno.test("anthropicRequest makes older models call a tool, and tells the schema in words where neither works", () => {
  const old = written({ model: "claude-sonnet-4-20250514", responseSchema: { name: "answer", schema } });
  assert.equal(old.answerTool, "answer");
  assert.deepEqual(old.body.tool_choice, { type: "tool", name: "answer" });
  const record = { type: "object", additionalProperties: { type: "number" } };
  const words = written({
    model: "claude-opus-5-5",
    system: "Kurz.",
    responseSchema: { name: "answer", schema: record },
  });
  assert.equal(words.answerTool, null);
  assert.match(String(words.body.system), /^Kurz\.\n\nAnswer with one JSON object/);
  const tools = [{ name: "find", description: "Finds", parameters: { type: "object" } }];
  const beside = written({ model: "claude-3-5-sonnet-latest", tools, responseSchema: { name: "answer", schema } });
  assert.deepEqual(beside.body.tools, [{ name: "find", description: "Finds", input_schema: { type: "object" } }]);
  assert.match(String(beside.body.system), /JSON Schema/);
});

Deno.test("anthropicRequest asks for one tool at a time where it is wanted", () => {
  const tools = [{ name: "find", description: "Finds", parameters: { type: "object" } }];
  const choice = (fields: Partial<ChatRequest>) =>
    written({ tools, parallelToolCalls: false, ...fields }).body.tool_choice;
  assert.deepEqual(choice({}), { type: "auto", disable_parallel_tool_use: true });
  assert.deepEqual(choice({ toolChoice: { name: "find" } }), {
    type: "tool",
    name: "find",
    disable_parallel_tool_use: true,
  });
  // Of no tools there is none at a time.
  assert.deepEqual(choice({ toolChoice: "none" }), { type: "none" });
});

Deno.test("anthropicRequest writes each choice between tools", () => {
  const tools = [{ name: "find", description: "Finds", parameters: { type: "object" } }];
  const choice = (toolChoice: NonNullable<ChatRequest["toolChoice"]>) =>
    written({ tools, toolChoice }).body.tool_choice;
  assert.deepEqual(choice("auto"), { type: "auto" });
  assert.deepEqual(choice("none"), { type: "none" });
  assert.deepEqual(choice("required"), { type: "any" });
  assert.deepEqual(choice({ name: "find" }), { type: "tool", name: "find" });
});

Deno.test("anthropicRequest holds thinking back under a small cap, as each model lets it", () => {
  const thinking = (model: string, fields: Partial<ChatRequest> = {}) => {
    const { thinking, output_config } = written({ model, ...fields }).body;
    return { thinking, output_config };
  };
  const nothing = { thinking: undefined, output_config: undefined };
  assert.deepEqual(thinking("claude-haiku-4-5"), nothing);
  assert.deepEqual(thinking("claude-opus-4-6"), nothing);
  assert.deepEqual(thinking("claude-haiku-5-5"), { ...nothing, thinking: { type: "disabled" } });
  assert.deepEqual(thinking("claude-sonnet-5-5"), { ...nothing, thinking: { type: "between_tools" } });
  assert.deepEqual(thinking("claude-opus-5-5"), { ...nothing, output_config: { effort: "low" } });
  assert.deepEqual(thinking("claude-mythos-preview"), { ...nothing, output_config: { effort: "low" } });
  assert.deepEqual(thinking("claude-haiku-5-5", { maxOutputTokens: 30_000 }), nothing);
  assert.deepEqual(thinking("claude-opus-5-5", { effort: "high" }), { ...nothing, output_config: { effort: "high" } });
  assert.deepEqual(thinking("claude-3-haiku-20240307", { effort: "high" }), nothing);
});

Deno.test("anthropicRequest takes one sampling parameter, stop sequences, and extra that cannot raise the cap", () => {
  assert.equal(
    written({ temperature: 1.5 }).body.temperature,
    1,
    "others take up to 2, and the vendor refuses more than 1",
  );
  const both = written({ temperature: 0.2, topP: 0.9, stop: ["END"], extra: { max_tokens: 9999, top_k: 4 } });
  assert.deepEqual(both.body, { max_tokens: 100, temperature: 0.2, stop_sequences: ["END"], top_k: 4 });
  assert.deepEqual(both.headers, { "anthropic-version": "2023-06-01" });
  assert.deepEqual(written({ topP: 0.9, model: "claude-opus-4-7" }), {
    body: { max_tokens: 100 },
    headers: {},
    answerTool: null,
  });
});
