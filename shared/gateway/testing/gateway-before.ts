import { fakeCandidate, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { openRelay } from "@shared/providers/mod.ts";
import { gatewayHandler } from "../handler.ts";

/** A JSON object. */
export type Body = Record<string, unknown>;

const pixel = "data:image/png;base64,iVBORw0KGgo=";
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

/** A request of each format that says as much as a request can. */
export const requests: Record<string, Body> = {
  "/v1/chat/completions": {
    model: "m",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "Hi" }, { type: "image_url", image_url: { url: pixel } }] },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c", content: "Rain" },
    ],
    max_tokens: 50,
    temperature: 1,
    top_p: 1,
    stop: ["x"],
    stream: false,
    tools: [{ type: "function", function: { name: "f", description: "d", parameters: schema } }],
    tool_choice: "auto",
    response_format: { type: "json_schema", json_schema: { name: "a", schema } },
    reasoning_effort: "low",
    user: "u",
  },
  "/v1/messages": {
    model: "m",
    max_tokens: 50,
    system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "Hi" },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } },
        ],
      },
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "Rain" }] }] },
    ],
    temperature: 1,
    stop_sequences: ["x"],
    tools: [{ name: "f", description: "d", input_schema: schema }],
    tool_choice: { type: "auto" },
    metadata: { user_id: "u" },
    output_config: { format: { type: "json_schema", schema }, effort: "low" },
  },
  "/v1/responses": {
    model: "m",
    instructions: "Be brief.",
    input: [
      {
        role: "user",
        content: [{ type: "input_text", text: "Hi" }, { type: "input_image", image_url: pixel, detail: "auto" }],
      },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello" }] },
      { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
      { type: "function_call_output", call_id: "c", output: "Rain" },
    ],
    max_output_tokens: 50,
    temperature: 1,
    tools: [{ type: "function", name: "f", description: "d", parameters: schema, strict: false }],
    tool_choice: "auto",
    text: { format: { type: "json_schema", name: "a", schema } },
    reasoning: { effort: "low" },
    metadata: { a: "b" },
  },
  "/v1/embeddings": { model: "m", input: ["oak", "tile"], encoding_format: "float", dimensions: 3, user: "u" },
  "/v1/moderations": { model: "omni-moderation-latest", input: "oak" },
};

const answers: Record<string, unknown> = {
  "/chat/completions": {
    choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  },
  "/v1/messages": {
    content: [{ type: "text", text: "Hi" }],
    stop_reason: "end_turn",
    usage: { input_tokens: 1, output_tokens: 1 },
  },
  "/responses": { status: "completed", output: [], usage: { input_tokens: 1, output_tokens: 1 } },
  "/moderations": { results: [] },
};
/** The wire formats of providers. */
export const kinds = ["openai", "anthropic", "openai_compatible"] as const;

/** The gateway in front of one model of a kind, and what was sent to it. */
export function gateway(kind: typeof kinds[number]) {
  const stack = fakeStack(
    ({ method, request }) => method === "embed" ? { vectors: request.texts.map(() => [1, 0, 0]) } : { answer: "Hi" },
    [fakeCandidate(kind === "openai_compatible" ? "together" : kind, "m", { kind, dimensions: 3 })],
  );
  let calls = 0;
  const upstream = (input: string | URL | Request) => {
    calls++;
    const path = new URL(String(input)).pathname.replace(/^\/up/, "");
    return Promise.resolve(Response.json(answers[path]));
  };
  const models = [{ model: "omni-moderation-latest", provider: "openai", kind: "moderation" }];
  const ledger = {
    rpc: <Result>(name: string, args: Record<string, unknown>): Promise<Result> => {
      if (name === "ai_gateway_models") return Promise.resolve({ outcome: "ok", org_id: "", models } as Result);
      if (name === "ai_admit_free_call") return Promise.resolve({ outcome: "ok" } as Result);
      if (name === "ai_log_free_call") return Promise.resolve({ logged: true } as Result);
      return stack.ledger.rpc<Result>(name, args);
    },
  };
  const handler = gatewayHandler({
    ...stack.deps,
    ledger,
    open: () => stack.provider,
    openRelay: ({ provider: slug }) =>
      openRelay({ slug, kind, apiKey: "k", baseUrl: "https://up.test/up", fetch: upstream }),
    tasks: { describe: () => Promise.resolve(null), call: () => Promise.reject(new Error("no task")) },
  });
  return {
    ledger: stack.ledger,
    asked: () => calls + stack.provider.calls.length,
    post: async (path: string, body: string | Body | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
      const response = await handler(
        new Request(`https://project.test/gateway${path}`, {
          method: "POST",
          headers: { authorization: "Bearer user", "content-type": "application/json", ...headers },
          body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
        }),
      );
      const text = await response.text();
      await stack.settled();
      return { status: response.status, text };
    },
  };
}
