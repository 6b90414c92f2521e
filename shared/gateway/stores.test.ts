import { deepEqual } from "node:assert/strict";
import type { Asked, Body } from "./asked.ts";
import { messagesStore } from "./anthropic/messages-store.ts";
import { chatStore } from "./openai/chat-store.ts";

const asked: Asked = {
  body: { stream_options: { include_usage: true } },
  choice: { models: null, importance: "medium", cost_sensitivity: "medium" },
  stream: true,
  maxOutputTokens: null,
  choices: 1,
  inputTokens: 1,
  needs: [],
  deterministic: true,
};

/** The events of a replayed stream, read as a client would. */
const eventsOf = (text: string): Body[] =>
  text.split("\n").filter((line) => line.startsWith("data: ") && line !== "data: [DONE]").map((line) =>
    JSON.parse(line.slice(6))
  );

const completion = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gpt-4o-mini",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "Oak", refusal: null },
      logprobs: { content: [{ token: "Oak" }], refusal: null },
      finish_reason: "stop",
    },
    {
      index: 1,
      message: {
        role: "assistant",
        content: null,
        refusal: null,
        tool_calls: [
          { id: "call_1", type: "function", function: { name: "a", arguments: '{"x":1}' } },
          { id: "call_2", type: "function", function: { name: "b", arguments: "{}" } },
        ],
      },
      logprobs: null,
      finish_reason: "tool_calls",
    },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
};

Deno.test("chatStore gives a replayed stream back as the answer it came from", () => {
  deepEqual(chatStore.assemble(eventsOf(chatStore.replay(completion, asked))), completion);
});

const message = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-haiku-4-5",
  content: [
    { type: "text", text: "Oak" },
    { type: "tool_use", id: "toolu_1", name: "a", input: { x: 1 } },
  ],
  stop_reason: "tool_use",
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 2 },
};

Deno.test("messagesStore gives a replayed stream back as the answer it came from", () => {
  deepEqual(messagesStore.assemble(eventsOf(messagesStore.replay(message, asked))), message);
});

Deno.test("chatStore puts together whatever comes in pieces: custom tools, old function calls, thinking, refusals", () => {
  const chunk = (delta: Body, rest: Body = {}) => ({ id: "c", choices: [{ index: 0, delta, ...rest }] });
  const { choices } = chatStore.assemble([
    chunk({ role: "assistant", reasoning_content: "Hm" }),
    chunk({ reasoning_content: "m." }),
    chunk({ tool_calls: [{ index: 0, id: "call_1", type: "custom", custom: { name: "run", input: "" } }] }),
    chunk({ tool_calls: [{ index: 0, custom: { input: "ls" } }] }),
    chunk({ tool_calls: [{ index: 0, custom: { input: " -l" } }] }),
    chunk({ function_call: { name: "f", arguments: '{"a"' } }),
    chunk({ function_call: { arguments: ":1}" } }),
    chunk({ refusal: "No" }, { logprobs: { content: null, refusal: [{ token: "No" }] } }),
    chunk({}, { finish_reason: "tool_calls" }),
  ]);
  deepEqual(choices, [{
    index: 0,
    message: {
      role: "assistant",
      content: null,
      refusal: "No",
      reasoning_content: "Hmm.",
      function_call: { name: "f", arguments: '{"a":1}' },
      tool_calls: [{ id: "call_1", type: "custom", custom: { name: "run", input: "ls -l" } }],
    },
    logprobs: { content: null, refusal: [{ token: "No" }] },
    finish_reason: "tool_calls",
  }]);
});
