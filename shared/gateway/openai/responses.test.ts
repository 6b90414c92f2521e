import { deepEqual, equal, throws } from "node:assert/strict";
import { fakeAnswer } from "@shared/providers/testing/mod.ts";
import type { Asked, Body } from "../asked.ts";
import { readResponses } from "./read-responses.ts";
import { responsesStore } from "./responses-store.ts";
import { responsesTranslator } from "./responses-translator.ts";

const identity = { requestId: "00000000-0000-4000-8000-000000000001", model: "claude-haiku-4-5", created: 1 };
const ask = (body: Body): Asked => {
  const whole = { model: "claude-haiku-4-5", input: "Hello", ...body };
  return readResponses(whole, JSON.stringify(whole).length);
};

/** The events of a stream, read as a client would. */
const eventsOf = (text: string): Body[] =>
  text.split("\n").filter((line) => line.startsWith("data: ")).map((line) => JSON.parse(line.slice(6)));

Deno.test("responsesTranslator.read puts the items of a conversation into messages", () => {
  const { messages, system, parallelToolCalls, ignored } = responsesTranslator.read(ask({
    instructions: "Be brief.",
    input: [
      { role: "developer", content: "Answer in German." },
      { type: "message", role: "user", content: [{ type: "input_text", text: "Weather?" }] },
      { type: "reasoning", id: "rs_1", summary: [] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "I look." }] },
      { type: "function_call", call_id: "c1", name: "get_weather", arguments: '{"city":"Kiel"}' },
      { type: "function_call", call_id: "c2", name: "get_time", arguments: "{}" },
      {
        type: "function_call_output",
        call_id: "c1",
        output: [{ type: "input_text", text: "Rain" }, { type: "input_image", image_url: "https://x.test/rain.png" }],
      },
    ],
    prompt_cache_key: "k",
    reasoning: { mode: "standard", summary: "auto", context: "all_turns" },
    tools: [{ type: "function", name: "get_weather" }],
    parallel_tool_calls: false,
  }));
  equal(parallelToolCalls, false);
  equal(system, "Be brief.\n\nAnswer in German.");
  deepEqual(messages, [
    { role: "user", content: [{ type: "text", text: "Weather?" }] },
    {
      role: "assistant",
      content: "I look.",
      toolCalls: [
        { id: "c1", name: "get_weather", arguments: '{"city":"Kiel"}' },
        { id: "c2", name: "get_time", arguments: "{}" },
      ],
    },
    { role: "tool", toolCallId: "c1", content: "Rain", images: ["https://x.test/rain.png"] },
  ]);
  deepEqual(ignored, ["prompt_cache_key", "input.reasoning", "reasoning.summary", "reasoning.context"]);
});

Deno.test("responsesTranslator.read refuses by name what no other format can express", () => {
  const cases: [Body, RegExp][] = [
    [{ tools: [{ type: "function", name: "f", defer_loading: true }] }, /'tools\[0\].defer_loading'/],
    [{ include: ["message.output_text.logprobs"] }, /'include'/],
    [{ service_tier: "flex" }, /'service_tier'/],
    [{ text: { verbosity: "low" } }, /'text.verbosity'/],
    [{ reasoning: { effort: "extreme" } }, /'reasoning.effort'/],
    [{ reasoning: { effort: "low", made_up: 1 } }, /'reasoning.made_up'/],
    [{ reasoning: { mode: "pro" } }, /'reasoning.mode'/],
    [{ tools: [{ type: "custom", name: "x" }] }, /'tools\[0\].type'/],
    [{ input: [{ type: "computer_call_output", call_id: "c" }] }, /'input\[0\].type'/],
    [{ input: [{ role: "user", content: [{ type: "input_audio" }] }] }, /'input\[0\].content\[0\]'/],
  ];
  for (const [body, message] of cases) throws(() => responsesTranslator.read(ask(body)), message);
});

Deno.test("readResponses holds images and files by what they cost, not by their bytes", () => {
  const data = `data:image/png;base64,${"A".repeat(900_000)}`;
  const content = [{ type: "input_image", image_url: data, detail: "auto" }];
  const { inputTokens, needs } = ask({ input: [{ role: "user", content }] });
  equal(inputTokens < 100_000, true);
  deepEqual(needs, ["vision"]);
});

Deno.test("responsesTranslator streams the answer that it also gives whole", () => {
  const asked = ask({ stream: true, metadata: { a: "b" } });
  const call = { id: "toolu_1", name: "get_weather", arguments: '{"city":"Kiel"}' };
  const answer = fakeAnswer({ text: "I look.", toolCalls: [call], finishReason: "tool_calls" });
  const writer = responsesTranslator.stream(asked, identity);
  const text = ["I ", "look."].map((part) => writer.piece({ type: "delta", text: part })).join("") +
    writer.piece({ type: "tool_call", call }) + writer.end(answer);
  const events = eventsOf(text);
  deepEqual(events.map(({ type }) => type), [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.output_item.added",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.output_item.done",
    "response.completed",
  ]);
  deepEqual(events.map(({ sequence_number: number }) => number), events.map((_, index) => index));
  const whole = responsesTranslator.whole(answer, asked, identity);
  deepEqual(events.at(-1)?.["response"], whole);
  deepEqual(responsesStore.assemble(events), whole);
  deepEqual(responsesStore.assemble(eventsOf(responsesStore.replay(whole, asked))), whole);
});

Deno.test("responsesTranslator says back how many tools may be called at a time", () => {
  const said = (body: Body) => responsesTranslator.whole(fakeAnswer(), ask(body), identity)["parallel_tool_calls"];
  deepEqual([said({}), said({ parallel_tool_calls: false })], [true, false]);
});

Deno.test("responsesTranslator calls an answer that was cut short incomplete", () => {
  const whole = responsesTranslator.whole(fakeAnswer({ text: "Half", finishReason: "length" }), ask({}), identity);
  deepEqual([whole["status"], whole["incomplete_details"]], ["incomplete", { reason: "max_output_tokens" }]);
});
