import { deepEqual, equal, throws } from "node:assert/strict";
import { fakeAnswer } from "@shared/providers/testing/mod.ts";
import type { Asked, Body } from "../asked.ts";
import { messagesStore } from "./messages-store.ts";
import { messagesTranslator } from "./messages-translator.ts";
import { readMessages } from "./read-messages.ts";

const identity = { requestId: "00000000-0000-4000-8000-000000000001", model: "gpt-4o-mini", created: 1 };
const ask = (body: Body = {}): Asked => {
  const whole = { model: "gpt-4o-mini", max_tokens: 50, messages: [{ role: "user", content: "Hello" }], ...body };
  return readMessages(whole, JSON.stringify(whole).length);
};
const call = { id: "call_1", name: "get_weather", arguments: '{"city":"Kiel"}' };
const answer = fakeAnswer({
  text: "I look.",
  toolCalls: [call],
  finishReason: "tool_calls",
  usage: { inputTokens: 30, outputTokens: 7, cacheReadInputTokens: 20, cacheWriteInputTokens: 4 },
});

/** The events of a stream, read as a client would. */
const eventsOf = (text: string): Body[] =>
  text.split("\n").filter((line) => line.startsWith("data: ")).map((line) => JSON.parse(line.slice(6)));

Deno.test("messagesTranslator.read says everything a message can say in the router's words", () => {
  const translated = messagesTranslator.read(ask({
    system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
          { type: "image", source: { type: "url", url: "https://x.test/a.png" } },
          { type: "document", title: "a.pdf", source: { type: "base64", media_type: "application/pdf", data: "BBBB" } },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "Hm.", signature: "s" },
          { type: "text", text: "I look." },
          { type: "tool_use", id: "t1", name: "get_weather", input: { city: "Kiel" } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "t1", is_error: true, content: [{ type: "text", text: "No station" }] },
          { type: "text", text: "And now?" },
        ],
      },
    ],
    temperature: 0.2,
    top_p: 0.9,
    stop_sequences: ["END"],
    tools: [{ name: "get_weather", description: "Weather", input_schema: { type: "object" } }],
    tool_choice: { type: "any" },
    output_config: { effort: "high", format: { type: "json_schema", schema: { type: "object" } } },
    metadata: { user_id: "u-1" },
    thinking: { type: "disabled" },
  }));
  deepEqual(translated, {
    system: "Be brief.",
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", url: "data:image/png;base64,AAAA" },
          { type: "image", url: "https://x.test/a.png" },
          { type: "file", mediaType: "application/pdf", data: "BBBB", name: "a.pdf" },
        ],
      },
      {
        role: "assistant",
        content: "I look.",
        toolCalls: [{ id: "t1", name: "get_weather", arguments: '{"city":"Kiel"}' }],
      },
      { role: "tool", toolCallId: "t1", content: "No station", isError: true },
      { role: "user", content: [{ type: "text", text: "And now?" }] },
    ],
    temperature: 0.2,
    topP: 0.9,
    stop: ["END"],
    tools: [{ name: "get_weather", description: "Weather", parameters: { type: "object" } }],
    toolChoice: "required",
    responseSchema: { name: "answer", schema: { type: "object" } },
    effort: "high",
    endUser: "u-1",
    ignored: ["cache_control", "thinking"],
  });
});

Deno.test("messagesTranslator.read refuses by name what no other format can express", () => {
  const cases: [Body, RegExp][] = [
    [{ top_k: 5 }, /'top_k'/],
    [{ thinking: { type: "enabled", budget_tokens: 1_024 } }, /'thinking'/],
    [{ context_management: {} }, /'context_management'/],
    [{ made_up: 0 }, /'made_up'/],
    [{ tools: [{ name: "f", input_schema: {}, defer_loading: true }] }, /'tools\[0\].defer_loading'/],
    [{ tools: [{ name: "f", input_schema: {}, input_examples: [{}] }] }, /'tools\[0\].input_examples'/],
    [{ output_config: { effort: "max" } }, /'output_config.effort'/],
    [{ tools: [{ type: "bash_20250124", name: "bash" }] }, /'tools\[0\]'/],
    [{ messages: [{ role: "user", content: [{ type: "search_result" }] }] }, /'messages\[0\].content\[0\]'/],
  ];
  for (const [body, message] of cases) throws(() => messagesTranslator.read(ask(body)), message);
});

Deno.test("messagesTranslator.read takes one tool at a time, thinking as the model likes it, and names the hints", () => {
  const { tools, toolChoice, parallelToolCalls, effort, ignored } = messagesTranslator.read(ask({
    tools: [{ name: "f", description: "d", input_schema: {}, strict: true, eager_input_streaming: true }],
    tool_choice: { type: "auto", disable_parallel_tool_use: true },
    thinking: { type: "adaptive", display: "omitted" },
  }));
  deepEqual(tools, [{ name: "f", description: "d", parameters: {} }]);
  deepEqual([toolChoice, parallelToolCalls, effort], ["auto", false, "default"]);
  deepEqual(ignored, ["thinking", "tools.strict", "tools.eager_input_streaming"]);
});

Deno.test("messagesTranslator.read keeps the images of a tool's result", () => {
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } };
  const { messages } = messagesTranslator.read(ask({
    messages: [{
      role: "user",
      content: [{ type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "A screen" }, image] }],
    }],
  }));
  deepEqual(messages, [
    { role: "tool", toolCallId: "t", content: "A screen", images: ["data:image/png;base64,AAAA"] },
  ]);
});

Deno.test("messagesTranslator writes a whole answer as Anthropic does, cached tokens beside the others", () => {
  deepEqual(messagesTranslator.whole(answer, ask(), identity), {
    id: "msg_00000000000040008000000000000001",
    type: "message",
    role: "assistant",
    model: "gpt-4o-mini",
    content: [
      { type: "text", text: "I look." },
      { type: "tool_use", id: "call_1", name: "get_weather", input: { city: "Kiel" } },
    ],
    stop_reason: "tool_use",
    stop_sequence: null,
    usage: {
      input_tokens: 6,
      output_tokens: 7,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 4,
    },
  });
  for (
    const [finishReason, stop] of [["stop", "end_turn"], ["length", "max_tokens"], [
      "content_filter",
      "refusal",
    ]] as const
  ) equal(messagesTranslator.whole(fakeAnswer({ finishReason }), ask(), identity)["stop_reason"], stop);
});

Deno.test("messagesTranslator streams the answer that it also gives whole", () => {
  const writer = messagesTranslator.stream(ask({ stream: true }), identity);
  const text = ["I ", "look."].map((part) => writer.piece({ type: "delta", text: part })).join("") +
    writer.piece({ type: "tool_call", call }) + writer.end(answer);
  const events = eventsOf(text);
  deepEqual(events.map(({ type }) => type), [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_delta",
    "content_block_stop",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
  deepEqual(messagesStore.assemble(events), messagesTranslator.whole(answer, ask(), identity));
});
