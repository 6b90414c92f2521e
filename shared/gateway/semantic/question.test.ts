import { deepEqual, equal, notEqual } from "node:assert/strict";
import { anthropicMessages } from "../anthropic/messages-format.ts";
import type { Body, ClientFormat } from "../asked.ts";
import { openAiChat } from "../openai/chat-format.ts";
import { openAiResponses } from "../openai/responses-format.ts";
import { questionOf } from "./question.ts";

const model = "gpt-4o-mini";
const chat = (body: Body) => ask(openAiChat, { model, messages: [{ role: "user", content: "What is oak?" }], ...body });
const ask = (format: ClientFormat, body: Body) => questionOf(format.read(body, JSON.stringify(body).length), format);
const tools = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];

Deno.test("questionOf() finds the last question in every format", async () => {
  const last = { role: "user", content: "What is oak?" };
  const requests: [ClientFormat, Body][] = [
    [openAiChat, { model, messages: [{ role: "system", content: "Be brief." }, last] }],
    [openAiChat, { model, messages: [{ role: "user", content: [{ type: "text", text: "What is oak?" }] }] }],
    [anthropicMessages, { model, max_tokens: 5, system: "Be brief.", messages: [last] }],
    [openAiResponses, { model, input: "What is oak?" }],
    [openAiResponses, { model, input: [{ role: "user", content: [{ type: "input_text", text: "What is oak?" }] }] }],
  ];
  for (const [format, body] of requests) equal((await ask(format, body))?.text, "What is oak?", format.name);
});

Deno.test("questionOf() compares only what agrees in all but the words of the last question", async () => {
  const place = async (body: Body) => (await chat(body))?.place;
  const messages = (text: string, ...before: Body[]) => [...before, { role: "user", content: text }];
  const same = await place({});
  equal(await place({ messages: messages("What is ash?") }), same);
  equal(await place({ stream: true, stream_options: { include_usage: true }, user: "u", metadata: { a: "b" } }), same);
  const others: Body[] = [
    { model: "gpt-4o" },
    { temperature: 0.5 },
    { max_tokens: 5 },
    { tools },
    { response_format: { type: "json_object" } },
    { messages: messages("What is oak?", { role: "system", content: "Be brief." }) },
    { messages: messages("What is oak?", { role: "user", content: "Hi" }, { role: "assistant", content: "Hello" }) },
    { messages: messages("What is 14 mm oak?") },
    { messages: messages("What is oak not?") },
    { made_up: 1 },
  ];
  const places = await Promise.all(others.map(place));
  deepEqual(new Set([same, ...places]).size, others.length + 1);
  notEqual((await ask(openAiResponses, { model, input: "What is oak?" }))?.place, same);
});

Deno.test("questionOf() finds none where an answer would fit no other question", async () => {
  const image = { type: "image_url", image_url: { url: "https://x.test/a.png" } };
  const none: Body[] = [
    { stream: true, tools },
    { n: 2 },
    { messages: [{ role: "user", content: "x".repeat(501) }] },
    { messages: [{ role: "user", content: "   " }] },
    { messages: [{ role: "user", content: [{ type: "text", text: "What is this?" }, image] }] },
    { messages: [{ role: "user", content: "What is oak?", name: "ada" }] },
    {
      messages: [
        { role: "user", content: "Weather?" },
        { role: "assistant", content: null, tool_calls: [{ id: "c", type: "function", function: { name: "f" } }] },
        { role: "tool", tool_call_id: "c", content: "Rain" },
      ],
    },
  ];
  for (const body of none) equal(await chat(body), null, JSON.stringify(body).slice(0, 80));
});
