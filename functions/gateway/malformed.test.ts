import { deepEqual, equal, ok } from "node:assert/strict";
import { fakeCandidate, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { gatewayHandler } from "@shared/gateway/mod.ts";
import { openRelay } from "@shared/providers/mod.ts";

type Body = Record<string, unknown>;

const pixel = "data:image/png;base64,iVBORw0KGgo=";
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

/** A request of each format that says as much as a request can. */
const requests: Record<string, Body> = {
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
const kinds = ["openai", "anthropic", "openai_compatible"] as const;

/** The gateway in front of one model of a kind, and what was sent to it. */
function gateway(kind: typeof kinds[number]) {
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

/** Every error has its format's shape, whatever was wrong. */
function checkError(path: string, text: string, about: string): void {
  const { error, ...rest } = JSON.parse(text);
  equal(typeof error.message, "string", about);
  equal(typeof error.type, "string", about);
  ok(error.param === null || typeof error.param === "string", about);
  ok(error.code === null || typeof error.code === "string", about);
  if (path === "/v1/messages") equal(rest.type, "error", about);
  else deepEqual(rest, {}, about);
  ok(!/undefined|TypeError|\[object|at .*\.ts/.test(error.message), `${about}: ${error.message}`);
}

const nonsense: unknown[] = [null, "", "x", 0, -1, 1.5, 1e300, true, [], [null], ["x"], [[]], {}, { x: 1 }, {
  type: "x",
}];

/** The body with one value after the other replaced or taken out, at every depth. */
function* mutations(body: Body): Generator<[about: string, body: Body]> {
  for (const path of pathsOf(body)) {
    for (const value of [undefined, ...nonsense]) {
      const copy = structuredClone(body);
      let at = copy as Record<string | number, unknown>;
      for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
      const last = path.at(-1) ?? "";
      if (value === undefined) delete at[last];
      else at[last] = value;
      yield [`${path.join(".")} = ${JSON.stringify(value)}`, copy];
    }
  }
}

function pathsOf(value: unknown, before: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = [...before, Array.isArray(value) ? Number(name) : name];
    return [path, ...pathsOf(inner, path)];
  });
}

for (const [path, request] of Object.entries(requests)) {
  for (const kind of kinds) {
    Deno.test(`${path} at ${kind}: whatever a value is replaced by, the answer is 200 or an error of the format, and nothing leaks`, async () => {
      const { post, ledger } = gateway(kind);
      equal((await post(path, request)).status, 200);
      for (const [about, body] of mutations(request)) {
        // The provider here does not stream.
        if (body["stream"] === true) continue;
        const { status, text } = await post(path, body);
        ok(status === 200 || (status >= 400 && status < 500), `${about}: ${status} ${text}`);
        if (status !== 200) checkError(path, text, about);
        equal(ledger.openHolds, 0, about);
      }
    });
  }
}

const bodies: [about: string, body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>][] = [
  ["no JSON", "{"],
  ["nothing", ""],
  ["null", "null"],
  ["a list", "[]"],
  ["a number", "7"],
  ["a text", '"x"'],
  ["an empty object", "{}"],
  ["half a character", new Uint8Array([0x7b, 0xff, 0x7d])],
  ["two values", "{}{}"],
  ["another content type", '{"model": "m"}', { "content-type": "text/plain" }],
  ["a form", "model=m", { "content-type": "application/x-www-form-urlencoded" }],
  ["a prototype", '{"__proto__": {"model": "m"}, "constructor": 1}'],
  ["deep nesting", `{"model": "m", "messages": ${"[".repeat(5_000)}${"]".repeat(5_000)}}`],
  ["a bad organization", "{}", { "x-signalbox-org": "acme" }],
  ["a bad subject", "{}", { "x-signalbox-subject": "order" }],
  ["a bad job", "{}", { "x-signalbox-job": "1" }],
  ["a bad cache", "{}", { "x-signalbox-cache": "maybe" }],
  ["too many tags", "{}", { "x-signalbox-tags": "t,".repeat(21) }],
  ["a bad session", "{}", { "x-signalbox-session": "a b" }],
  ["a bad key", "{}", { "idempotency-key": "x".repeat(201) }],
];
for (const path of Object.keys(requests)) {
  Deno.test(`${path} refuses what is no request, asks nobody and admits nothing`, async () => {
    const { post, ledger, asked } = gateway("openai");
    for (const [about, body, headers] of bodies) {
      const { status, text } = await post(path, body, headers);
      equal(status, 400, `${about}: ${status} ${text}`);
      checkError(path, text, about);
    }
    deepEqual([asked(), ledger.admissions.length], [0, 0]);
    // Who named no organization that could be one is nobody's to log.
    ok(ledger.rejections.length >= bodies.length - 7);
  });
}

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
  ["/v1/responses", { service_tier: "flex" }, "service_tier"],
  ["/v1/responses", { input: [{ role: "user", content: [{ type: "input_audio" }] }] }, "input[0].content[0]"],
  ["/v1/responses", { conversation: "c" }, "conversation"],
  ["/v1/responses", { tools: [{ type: "code_interpreter" }] }, "tools[0].type"],
];
Deno.test("what would cost more than its tokens, or reach what a provider keeps, is refused by name", async () => {
  const { post, asked } = gateway("openai");
  for (const [path, change, param] of unpriced) {
    const { status, text } = await post(path, { ...requests[path], ...change });
    deepEqual([status, JSON.parse(text).error.param, JSON.parse(text).error.code], [
      400,
      param,
      "unsupported_parameter",
    ]);
  }
  equal(asked(), 0);
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

/** Where a provider that is asked in its own format would judge, the translation has to. */
const untranslatable: [path: string, at: string, value: unknown, param?: string][] = [
  ...["/v1/chat/completions", "/v1/messages", "/v1/responses"].flatMap((path): [string, string, unknown][] => [
    [path, "temperature", "warm"],
    [path, "top_p", [1]],
    [path, "tools", {}],
  ]),
  ["/v1/chat/completions", "stop", 7],
  ["/v1/chat/completions", "stop", ["a", 7]],
  ["/v1/chat/completions", "seed", "x"],
  ["/v1/chat/completions", "logprobs", "yes"],
  ["/v1/chat/completions", "user", 7],
  ["/v1/chat/completions", "response_format", "json"],
  ["/v1/chat/completions", "response_format.json_schema", 7],
  ["/v1/chat/completions", "response_format.json_schema.schema", "x"],
  ["/v1/chat/completions", "tools[0].function.name", undefined],
  ["/v1/chat/completions", "tools[0].function.parameters", "x"],
  ["/v1/chat/completions", "messages[3].tool_call_id", undefined],
  ["/v1/chat/completions", "messages[2].tool_calls", "x"],
  ["/v1/chat/completions", "messages[2].tool_calls[0].id", 7],
  ["/v1/chat/completions", "messages[2].tool_calls[0].function.name", undefined],
  ["/v1/chat/completions", "tools", [], "tool_choice"],
  ["/v1/messages", "stop_sequences", "x"],
  ["/v1/messages", "output_config", 7],
  ["/v1/messages", "output_config.format.schema", "x"],
  ["/v1/messages", "tool_choice", "any"],
  ["/v1/messages", "metadata.user_id", 7],
  ["/v1/messages", "tools[0].input_schema", "x"],
  ["/v1/messages", "messages[1].content[0].id", undefined],
  ["/v1/messages", "messages[1].content[0].input", "x"],
  ["/v1/messages", "messages[2].content[0].tool_use_id", undefined],
  ["/v1/responses", "text", "json"],
  ["/v1/responses", "text.format", 7],
  ["/v1/responses", "text.format.schema", "x"],
  ["/v1/responses", "reasoning", "low"],
  ["/v1/responses", "tools[0].name", undefined],
  ["/v1/responses", "input[2].call_id", undefined],
  ["/v1/responses", "input[3].call_id", 7],
];
Deno.test("what is translated is never left out in silence: values of another kind are refused by name", async () => {
  for (const [path, at, value, param = at] of untranslatable) {
    const { post, asked } = gateway(path === "/v1/messages" ? "openai" : "anthropic");
    const body = structuredClone(requests[path] ?? {});
    // Only the parameter itself is wrong: without tools there is no choice among them.
    if (at === "tools" && param === "tools") delete body["tool_choice"];
    const steps = at.split(/[.[\]]+/).filter((step) => step !== "");
    let place = body;
    for (const step of steps.slice(0, -1)) place = place[step] as Body;
    place[steps.at(-1) ?? ""] = value;
    if (at === "tools" && param === "tool_choice") body["tool_choice"] = "required";
    const { status, text } = await post(path, body);
    deepEqual([status, JSON.parse(text).error?.param], [400, param], `${path} ${at}: ${text}`);
    equal(asked(), 0);
  }
});

Deno.test("a budget that is exhausted is 402 with its code at every address", async () => {
  const { post, ledger, asked } = gateway("openai");
  ledger.leftUsd = "0";
  for (const path of Object.keys(requests).filter((one) => one !== "/v1/moderations")) {
    const { status, text } = await post(path, requests[path] ?? {});
    deepEqual([status, JSON.parse(text).error.code], [402, "budget_exhausted"], path);
    checkError(path, text, path);
  }
  equal(asked(), 0);
});
