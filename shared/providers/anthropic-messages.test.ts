import assert from "node:assert/strict";
import { anthropicMessages } from "./anthropic-messages.ts";

Deno.test("anthropicMessages joins turns, puts tool results first and leaves empty blocks out", () => {
  assert.deepEqual(
    anthropicMessages([
      { role: "user", content: "Wo sind sie?" },
      {
        role: "assistant",
        content: "",
        toolCalls: [
          { id: "t1", name: "find", arguments: '{"n":1}' },
          { id: "t2", name: "find", arguments: "not json" },
        ],
      },
      { role: "tool", toolCallId: "t1", content: "A" },
      { role: "tool", toolCallId: "t2", content: "bad", isError: true },
      { role: "user", content: "Und?" },
      { role: "assistant", content: "Hier: " },
    ]),
    [
      { role: "user", content: [{ type: "text", text: "Wo sind sie?" }] },
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "t1", name: "find", input: { n: 1 } },
          { type: "tool_use", id: "t2", name: "find", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "t1", content: "A" },
          { type: "tool_result", tool_use_id: "t2", content: "bad", is_error: true },
          { type: "text", text: "Und?" },
        ],
      },
      { role: "assistant", content: [{ type: "text", text: "Hier:" }] },
    ],
  );
});

Deno.test("anthropicMessages puts a tool's images into its result", () => {
  const images = ["data:image/png;base64,iVBO"];
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBO" } };
  const result = (content: string) =>
    anthropicMessages([{ role: "tool", toolCallId: "t", content, images }])[0]?.content;
  assert.deepEqual(result("A"), [
    { type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "A" }, image] },
  ]);
  assert.deepEqual(result(""), [{ type: "tool_result", tool_use_id: "t", content: [image] }]);
});

Deno.test("anthropicMessages writes images from data and by address, PDFs and plain text", () => {
  const content = [
    { type: "image", url: "data:image/jpeg;base64,/9j/" },
    { type: "image", url: "https://example.com/a.png" },
    { type: "file", mediaType: "application/pdf", data: "JVBE", name: "a.pdf" },
    { type: "file", mediaType: "text/plain", data: btoa("Eiche") },
  ] as const;
  assert.deepEqual(anthropicMessages([{ role: "user", content: [...content] }])[0]?.content, [
    { type: "image", source: { type: "base64", media_type: "image/jpeg", data: "/9j/" } },
    { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
    { type: "document", source: { type: "base64", media_type: "application/pdf", data: "JVBE" }, title: "a.pdf" },
    { type: "document", source: { type: "text", media_type: "text/plain", data: "Eiche" } },
  ]);
});
