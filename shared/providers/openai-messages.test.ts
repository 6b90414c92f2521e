import assert from "node:assert/strict";
import { openAiMessages } from "./openai-messages.ts";

Deno.test("openAiMessages writes text, images, files, tool calls and their results", () => {
  assert.deepEqual(
    openAiMessages("Kurz.", [
      {
        role: "user",
        content: [
          { type: "text", text: "Was ist das?" },
          { type: "image", url: "data:image/png;base64,iVBO" },
          { type: "file", mediaType: "application/pdf", data: "JVBE", name: "a.pdf" },
        ],
      },
      { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "find", arguments: "{}" }] },
      { role: "tool", toolCallId: "c1", content: "none", isError: true },
      { role: "assistant", content: "Nichts." },
    ]),
    [
      { role: "system", content: "Kurz." },
      {
        role: "user",
        content: [
          { type: "text", text: "Was ist das?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,iVBO" } },
          { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBE" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "find", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c1", content: "none" },
      { role: "assistant", content: "Nichts." },
    ],
  );
});

Deno.test("openAiMessages shows a tool's images after all results, which take none", () => {
  const images = ["data:image/png;base64,iVBO", "https://x.test/b.png"];
  assert.deepEqual(
    openAiMessages(null, [
      { role: "tool", toolCallId: "c1", content: "A", images },
      { role: "tool", toolCallId: "c2", content: "B" },
      { role: "user", content: "Und?" },
    ]),
    [
      { role: "tool", tool_call_id: "c1", content: "A" },
      { role: "tool", tool_call_id: "c2", content: "B" },
      {
        role: "user",
        content: [
          { type: "text", text: "Images in the result of c1:" },
          { type: "image_url", image_url: { url: "data:image/png;base64,iVBO" } },
          { type: "image_url", image_url: { url: "https://x.test/b.png" } },
        ],
      },
      { role: "user", content: "Und?" },
    ],
  );
});
