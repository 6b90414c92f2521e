import { deepEqual, equal } from "node:assert/strict";
import { readAnthropic } from "./read-anthropic.ts";
import { readOpenAiChat } from "./read-openai-chat.ts";
import { readOpenAiResponses } from "./read-openai-responses.ts";

const schema = { type: "object" };
const tool = { name: "find", description: "Finds", parameters: schema };

Deno.test("The three wire formats read as the same prompt", () => {
  const chat = readOpenAiChat({
    model: "m",
    messages: [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [{ type: "text", text: "Hi" }, { type: "image_url", image_url: { url: "https://x/oak.png" } }],
      },
      { role: "assistant", content: null, tool_calls: [{ id: "1", function: { name: "find", arguments: "{}" } }] },
      { role: "tool", tool_call_id: "1", content: "found" },
    ],
    response_format: { type: "json_schema", json_schema: { name: "n", schema } },
    tools: [{ type: "function", function: tool }],
    tool_choice: { type: "function", function: { name: "find" } },
    max_completion_tokens: 9,
    stream: true,
  }, "openai");
  const responses = readOpenAiResponses({
    model: "m",
    instructions: "Be brief.",
    input: [
      {
        role: "user",
        content: [{ type: "input_text", text: "Hi" }, { type: "input_image", image_url: "https://x/oak.png" }],
      },
      { type: "function_call", call_id: "1", name: "find", arguments: "{}" },
      { type: "function_call_output", call_id: "1", output: "found" },
    ],
    text: { format: { type: "json_schema", name: "n", schema } },
    tools: [{ type: "function", ...tool }],
    tool_choice: { type: "function", name: "find" },
    max_output_tokens: 9,
    stream: true,
  });
  const anthropic = readAnthropic({
    model: "m",
    system: [{ type: "text", text: "Be brief." }],
    messages: [
      {
        role: "user",
        content: [{ type: "text", text: "Hi" }, { type: "image", source: { type: "url", url: "https://x/oak.png" } }],
      },
      { role: "assistant", content: [{ type: "tool_use", id: "1", name: "find", input: "{}" }] },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "1", content: [{ type: "text", text: "found" }] }],
      },
    ],
    output_config: { format: { type: "json_schema", schema } },
    tools: [{ name: "find", description: "Finds", input_schema: schema }],
    tool_choice: { type: "tool", name: "find" },
    max_tokens: 9,
    stream: true,
  });
  deepEqual(responses, chat);
  deepEqual({ ...anthropic, provider: "openai" }, chat);
  equal(chat.turns[0]?.text, "Hi\nImage: oak");
});

Deno.test("A bare prompt reads with nothing asked for", () => {
  const { tools, toolChoice, maxTokens, schema, logprobs } = readOpenAiChat({ model: "m", messages: [] }, "together");
  deepEqual({ tools, toolChoice, maxTokens, schema, logprobs }, {
    tools: [],
    toolChoice: "auto",
    maxTokens: null,
    schema: null,
    logprobs: false,
  });
});
