import { equal, match } from "node:assert/strict";
import { outOfRange } from "./out-of-range.ts";

const taken: [format: "chat" | "messages" | "responses", body: Record<string, unknown>][] = [
  ["chat", { temperature: 2, top_p: 1, presence_penalty: -2, top_logprobs: 20, stop: ["a", "b", "c", "d"] }],
  ["chat", {
    stop: "a",
    response_format: { type: "json_object" },
    tools: [{ type: "function", function: { name: "a-b" } }],
  }],
  ["chat", { messages: [{ role: "tool", tool_call_id: "c1", content: "x" }] }],
  ["messages", { temperature: 1, tools: [{ name: "a" }] }],
  ["responses", { temperature: 0 }],
];
for (const [format, body] of taken) {
  Deno.test(`outOfRange() takes ${JSON.stringify(body)} as ${format}`, () => equal(outOfRange(body, format), null));
}

const refused: [format: "chat" | "messages" | "responses", body: Record<string, unknown>, named: RegExp][] = [
  ["chat", { temperature: 2.1 }, /'temperature'/],
  ["responses", { temperature: -0.1 }, /'temperature'/],
  ["messages", { temperature: 1.1 }, /'temperature'/],
  ["chat", { top_p: 1.5 }, /'top_p'/],
  ["chat", { frequency_penalty: 3 }, /'frequency_penalty'/],
  ["chat", { top_logprobs: 21 }, /'top_logprobs'/],
  ["chat", { stop: ["a", "b", "c", "d", "e"] }, /'stop'/],
  ["chat", { response_format: { type: "xml" } }, /'xml'/],
  ["chat", { tools: [{}] }, /tools\[0\]\.type/],
  ["chat", { tools: [{ type: "function", function: { name: "a b" } }] }, /tools\[0\]\.function\.name/],
  [
    "chat",
    { messages: [{ role: "user", content: "x" }, { role: "tool", content: "x" }] },
    /messages\[1\]\.tool_call_id/,
  ],
];
for (const [format, body, named] of refused) {
  Deno.test(`outOfRange() refuses ${JSON.stringify(body)} as ${format}`, () =>
    match(outOfRange(body, format) ?? "", named));
}
