import { deepEqual, equal, throws } from "node:assert/strict";
import { fakeAnswer } from "@shared/providers/testing/mod.ts";
import type { Asked, Body } from "../asked.ts";
import { chatStore } from "./chat-store.ts";
import { chatTranslator } from "./chat-translator.ts";
import { readChat } from "./read-chat.ts";

const identity = { requestId: "00000000-0000-4000-8000-000000000001", model: "claude-haiku-4-5", created: 1 };
const ask = (body: Body = {}): Asked => {
  const whole = { model: "claude-haiku-4-5", messages: [{ role: "user", content: "Hello" }], ...body };
  return readChat(whole, JSON.stringify(whole).length);
};
const call = { id: "toolu_1", name: "get_weather", arguments: '{"city":"Kiel"}' };
const answer = fakeAnswer({
  text: "I look.",
  toolCalls: [call],
  finishReason: "tool_calls",
  usage: { inputTokens: 30, outputTokens: 7, cacheReadInputTokens: 20, cacheWriteInputTokens: 0 },
});

/** The chunks of a stream, read as a client would. */
const chunksOf = (text: string): Body[] =>
  text.split("\n").filter((line) => line.startsWith("data: {")).map((line) => JSON.parse(line.slice(6)));

Deno.test("chatTranslator.read takes one tool at a time, and names hints that have no counterpart", () => {
  const { parallelToolCalls, endUser, ignored } = chatTranslator.read(ask({
    messages: [{ role: "user", content: [{ type: "text", text: "Hi", cache_control: { type: "ephemeral" } }] }],
    tools: [{ type: "function", function: { name: "f", strict: true } }],
    parallel_tool_calls: false,
    verbosity: "medium",
    prompt_cache_key: "k",
    prompt_cache_retention: "24h",
    metadata: { a: "b" },
    safety_identifier: "u-2",
  }));
  deepEqual([parallelToolCalls, endUser], [false, "u-2"]);
  deepEqual(ignored, ["prompt_cache_key", "prompt_cache_retention", "metadata", "cache_control", "tools.strict"]);
  const tools = [{ type: "function", function: { name: "f", made_up: 1 } }];
  throws(() => chatTranslator.read(ask({ tools })), /'tools\[0\].function.made_up'/);
});

Deno.test("chatTranslator.read says everything a chat can say in the router's words", () => {
  const translated = chatTranslator.read(ask({
    messages: [
      { role: "system", content: "Be brief." },
      { role: "developer", content: [{ type: "text", text: "Answer in German." }] },
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "auto" } },
          { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,BBBB" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "get_weather", arguments: '{"city":"Kiel"}' } }],
      },
      { role: "tool", tool_call_id: "c1", content: "Rain" },
    ],
    temperature: 0.2,
    top_p: 0.9,
    stop: "END",
    tools: [{ type: "function", function: { name: "get_weather", parameters: { type: "object" }, strict: true } }],
    tool_choice: { type: "function", function: { name: "get_weather" } },
    response_format: { type: "json_schema", json_schema: { name: "a", schema: { type: "object" } } },
    reasoning_effort: "minimal",
    user: "u-1",
    n: 1,
    frequency_penalty: 0,
  }));
  deepEqual(translated, {
    system: "Be brief.\n\nAnswer in German.",
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", url: "data:image/png;base64,AAAA" },
          { type: "file", mediaType: "application/pdf", data: "BBBB", name: "a.pdf" },
        ],
      },
      {
        role: "assistant",
        content: "",
        toolCalls: [{ id: "c1", name: "get_weather", arguments: '{"city":"Kiel"}' }],
      },
      { role: "tool", toolCallId: "c1", content: "Rain" },
    ],
    temperature: 0.2,
    topP: 0.9,
    stop: ["END"],
    tools: [{ name: "get_weather", description: "", parameters: { type: "object" } }],
    toolChoice: { name: "get_weather" },
    responseSchema: { name: "a", schema: { type: "object" } },
    effort: "least",
    endUser: "u-1",
    ignored: ["tools.strict"],
  });
});

Deno.test("chatTranslator.read refuses by name what no other format can express", () => {
  const cases: [Body, RegExp][] = [
    [{ n: 2 }, /'n'/],
    [{ logit_bias: { 1: 2 } }, /'logit_bias'/],
    [{ presence_penalty: 0.5 }, /'presence_penalty'/],
    [{ parallel_tool_calls: "no" }, /'parallel_tool_calls'/],
    [{ verbosity: "low" }, /'verbosity'/],
    [{ modalities: ["text", "audio"] }, /'modalities'/],
    [{ prediction: { type: "content", content: "x" } }, /'prediction'/],
    [{ made_up: 0 }, /'made_up'/],
    [{ messages: [{ role: "user", content: "x", name: "ada" }] }, /'messages\[0\].name'/],
    [{ messages: [{ role: "user", content: [{ type: "input_audio" }] }] }, /'messages\[0\].content\[0\]'/],
    [{ tools: [{ type: "custom", custom: { name: "x" } }] }, /'tools\[0\].type'/],
  ];
  for (const [body, message] of cases) throws(() => chatTranslator.read(ask(body)), message);
});

Deno.test("chatTranslator writes a whole answer as OpenAI does", () => {
  deepEqual(chatTranslator.whole(answer, ask(), identity), {
    id: "chatcmpl-00000000000040008000000000000001",
    object: "chat.completion",
    created: 1,
    model: "claude-haiku-4-5",
    choices: [{
      index: 0,
      message: {
        role: "assistant",
        content: "I look.",
        refusal: null,
        tool_calls: [{
          id: "toolu_1",
          type: "function",
          function: { name: "get_weather", arguments: '{"city":"Kiel"}' },
        }],
      },
      logprobs: null,
      finish_reason: "tool_calls",
    }],
    usage: {
      prompt_tokens: 30,
      completion_tokens: 7,
      total_tokens: 37,
      prompt_tokens_details: { cached_tokens: 20 },
    },
  });
  const unknown = chatTranslator.whole(fakeAnswer({ text: "Hi", usage: null }), ask(), identity);
  equal(unknown["usage"], null, "unknown is not zero");
});

Deno.test("chatTranslator streams the answer that it also gives whole, its usage where it is asked for", () => {
  for (const wanted of [true, false]) {
    const asked = ask({ stream: true, stream_options: { include_usage: wanted } });
    const writer = chatTranslator.stream(asked, identity);
    const text = ["I ", "look."].map((part) => writer.piece({ type: "delta", text: part })).join("") +
      writer.piece({ type: "tool_call", call }) + writer.end(answer);
    equal(text.endsWith("data: [DONE]\n\n"), true);
    const chunks = chunksOf(text);
    equal(chunks.length, wanted ? 5 : 4);
    const whole = chatTranslator.whole(answer, asked, identity);
    deepEqual(chatStore.assemble(chunks), wanted ? whole : { ...whole, usage: null });
  }
});
