import { deepEqual, equal, ok } from "node:assert/strict";
import { type Body, gateway, requests } from "@shared/gateway/testing/mod.ts";

const unpriced: [path: string, change: Body, param: string][] = [
  ["/v1/chat/completions", { store: true }, "store"],
  ["/v1/chat/completions", { web_search_options: {} }, "web_search_options"],
  ["/v1/chat/completions", { service_tier: "priority" }, "service_tier"],
  [
    "/v1/chat/completions",
    { messages: [{ role: "user", content: [{ type: "file", file: { file_id: "f" } }] }] },
    "messages[0].content[0].file.file_id",
  ],
  ["/v1/messages", { mcp_servers: [] }, "mcp_servers"],
  ["/v1/messages", { container: "c" }, "container"],
  ["/v1/messages", { speed: "fast" }, "speed"],
  ["/v1/messages", { tools: [{ type: "web_search_20260318", name: "web_search" }] }, "tools[0].type"],
  [
    "/v1/messages",
    { system: [{ type: "text", text: "x", cache_control: { ttl: "1h" } }] },
    "system[0].cache_control.ttl",
  ],
  [
    "/v1/messages",
    { messages: [{ role: "user", content: [{ type: "document", source: { type: "url", url: "https://x.test" } }] }] },
    "messages[0].content[0].source.url",
  ],
  [
    "/v1/messages",
    { messages: [{ role: "user", content: [{ type: "container_upload", file_id: "f" }] }] },
    "messages[0].content[0].file_id",
  ],
  [
    "/v1/messages",
    {
      messages: [{
        role: "user",
        content: [{
          type: "document",
          source: { type: "content", content: [{ type: "image", source: { type: "file", file_id: "f" } }] },
        }],
      }],
    },
    "messages[0].content[0].source.content[0].source.file_id",
  ],
  ["/v1/messages", { thread: { type: "create" } }, "thread"],
  ["/v1/messages", { thread: { type: "continue", previous_message_id: "msg_1" } }, "thread"],
  ["/v1/messages", { diagnostics: { previous_message_id: "msg_1" } }, "diagnostics.previous_message_id"],
  ["/v1/messages", { fallbacks: [{ model: "claude-opus-5-5" }] }, "fallbacks"],
  ["/v1/messages", { fallbacks: "default" }, "fallbacks"],
  ["/v1/messages", { billing_policy: { type: "billing_policy", bill_to: "user_profile" } }, "billing_policy"],
  ["/v1/messages", { compaction: { type: "summarize" } }, "compaction"],
  [
    "/v1/messages",
    { context_management: { edits: [{ type: "clear_tool_uses_20250919" }, { type: "compact_20260112" }] } },
    "context_management.edits[1]",
  ],
  [
    "/v1/messages",
    {
      messages: [{
        role: "system",
        content: [{
          type: "tool_addition",
          tool: { type: "tool_definition", definition: { type: "web_search_20260318", name: "web_search" } },
        }],
      }],
    },
    "messages[0].content[0].tool.definition.type",
  ],
  [
    "/v1/messages",
    { messages: [{ role: "system", content: [{ type: "tool_addition", tool: { type: "mcp_toolset_reference" } }] }] },
    "messages[0].content[0].tool.type",
  ],
  ["/v1/messages", { cache_control: { type: "ephemeral", ttl: "1h" } }, "cache_control.ttl"],
  ["/v1/chat/completions", { modalities: ["text", "audio"], audio: { voice: "alloy", format: "mp3" } }, "audio"],
  ["/v1/chat/completions", { modalities: ["text", "audio"] }, "modalities"],
  ["/v1/chat/completions", { prediction: { type: "content", content: "Hi" } }, "prediction"],
  ["/v1/chat/completions", { messages: [{ role: "assistant", audio: { id: "a" } }] }, "messages[0].audio"],
  [
    "/v1/responses",
    { input: [{ type: "computer_call_output", call_id: "c", output: { type: "computer_screenshot", file_id: "f" } }] },
    "input[0].output.file_id",
  ],
  [
    "/v1/chat/completions",
    { messages: [{ role: "user", content: [{ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }] }] },
    "messages[0].content[0]",
  ],
  ["/v1/chat/completions", { prompt_cache_options: { ttl: "12h" } }, "prompt_cache_options.ttl"],
  ["/v1/responses", { prompt_cache_options: { ttl: "12h" } }, "prompt_cache_options.ttl"],
  [
    "/v1/responses",
    { prompt_cache_options: { comparison_response_id: "resp_1" } },
    "prompt_cache_options.comparison_response_id",
  ],
  ["/v1/responses", { service_tier: "flex" }, "service_tier"],
  ["/v1/responses", { input: [{ role: "user", content: [{ type: "input_audio" }] }] }, "input[0].content[0]"],
  ["/v1/chat/completions", { tools: [{ type: "web_search" }] }, "tools[0].type"],
  [
    "/v1/responses",
    { input: [{ type: "additional_tools", role: "developer", tools: [{ type: "web_search" }] }] },
    "input[0].tools[0].type",
  ],
  [
    "/v1/responses",
    { input: [{ type: "tool_search_output", tools: [{ type: "function", name: "f" }, { type: "mcp" }] }] },
    "input[0].tools[1].type",
  ],
  [
    "/v1/responses",
    { tools: [{ type: "namespace", name: "n", description: "d", tools: [{ type: "code_interpreter" }] }] },
    "tools[0].tools[0].type",
  ],
  ["/v1/responses", { conversation: "c" }, "conversation"],
  ["/v1/responses", { tools: [{ type: "code_interpreter" }] }, "tools[0].type"],
];
Deno.test("what would cost more than its tokens, or reach what a provider keeps, is refused by name", async () => {
  for (const [path, change, param] of unpriced) {
    // Asked in its own format: where a request is translated, more is refused.
    const { post, asked } = gateway(path === "/v1/messages" ? "anthropic" : "openai");
    const { status, text } = await post(path, { ...requests[path], ...change });
    deepEqual([status, JSON.parse(text).error.param, JSON.parse(text).error.code], [
      400,
      param,
      "unsupported_parameter",
    ]);
    equal(asked(), 0);
  }
});

Deno.test("an image inside a document is held for like any other", async () => {
  const { post, ledger } = gateway("anthropic");
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "A".repeat(10_000) } };
  const held = async (part: Body) => {
    await post("/v1/messages", { model: "m", max_tokens: 1, messages: [{ role: "user", content: [part] }] });
    return Number(ledger.admissions.at(-1)?.input_tokens);
  };
  const plain = await held(image);
  const nested = await held({ type: "document", source: { type: "content", content: [image] } });
  ok(nested >= plain && nested - plain < 100, `${nested} of ${plain}`);
});

Deno.test("a thread is refused in the words by which Anthropic's client goes on without one", async () => {
  const { post } = gateway("anthropic");
  const { text } = await post("/v1/messages", { ...requests["/v1/messages"], thread: { type: "create" } });
  deepEqual(JSON.parse(text).error.details, { error_code: "thread_unsupported_request", unsupported: ["thread"] });
});

Deno.test("what changes neither price nor keeper passes", async () => {
  const { post } = gateway("anthropic");
  const changes = [
    { context_management: { edits: [{ type: "clear_tool_uses_20250919" }] } },
    { diagnostics: { previous_message_id: null } },
    { thread: null },
    { messages: [{ role: "user", content: "Hi" }, { role: "system", output_config: { effort: "low" } }] },
    { cache_control: { type: "ephemeral", ttl: "5m" } },
    {
      messages: [{
        role: "system",
        content: [{
          type: "tool_addition",
          tool: { type: "tool_definition", definition: { name: "f", input_schema: { type: "object" } } },
        }, { type: "tool_addition", tool: { type: "tool_reference", name: "f" } }],
      }],
    },
  ];
  for (const change of changes) {
    const { status, text } = await post("/v1/messages", { ...requests["/v1/messages"], ...change });
    equal(status, 200, `${JSON.stringify(change)}: ${text}`);
  }
});
