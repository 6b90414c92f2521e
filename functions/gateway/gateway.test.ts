import { deepEqual, equal, match } from "node:assert/strict";
import { fakeCandidate, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { gatewayHandler } from "@shared/gateway/mod.ts";
import { openRelay } from "@shared/providers/mod.ts";

const completion = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gpt-4o-mini-2024-07-18",
  choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, logprobs: null, finish_reason: "stop" }],
  usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
};
const chunk = (delta: object, rest: object = {}) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "gpt-4o-mini-2024-07-18",
  choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
  ...rest,
});
const event = (data: unknown) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
const events = (...data: unknown[]) => data.map(event).join("");
const question = { model: "gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] };
const usageChunk = chunk({}, { choices: [], usage: completion.usage });
const end = chunk({}, { choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }] });

const tasks = {
  describe: () => Promise.resolve(null),
  call: () => Promise.reject(new Error("Cannot call: no task is here")),
};

/** The gateway in front of a provider that answers by a function of the body it got. */
function gateway(
  upstream: (body: Record<string, unknown>, url: string) => Response,
  candidates = [fakeCandidate("openai", "gpt-4o-mini")],
) {
  const stack = fakeStack([], candidates);
  const sent: Record<string, unknown>[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    const body = await new Response(init?.body).json();
    sent.push(body);
    return upstream(body, String(url));
  };
  const handler = gatewayHandler({
    ...stack.deps,
    open: () => stack.provider,
    tasks,
    openRelay: ({ provider: slug }) =>
      openRelay({ slug, kind: "openai", apiKey: "k", baseUrl: "https://up.test/v1", fetch }),
  });
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const request = new Request(`https://project.test/gateway${path}`, {
      method: "POST",
      headers: { authorization: "Bearer user", "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const response = await handler(request);
    const text = await response.text();
    await stack.settled();
    return { status: response.status, headers: response.headers, text };
  };
  return { ...stack, sent, post };
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const encoder = new TextEncoder();
const stream = (body: BodyInit) => new Response(body, { headers: { "content-type": "text/event-stream" } });

Deno.test("gateway passes question and answer on as they are, unknown parameters included", async () => {
  const { post, sent, ledger } = gateway(() => json(completion));
  const answer = await post("/v1/chat/completions", { ...question, made_up: { deep: [1] }, seed: 7 });
  deepEqual([answer.status, answer.text], [200, JSON.stringify(completion)]);
  deepEqual(sent, [{ ...question, made_up: { deep: [1] }, seed: 7 }]);
  equal(answer.headers.get("x-signalbox-model"), "openai/gpt-4o-mini");
  const [settled] = ledger.settlements;
  deepEqual(
    [settled?.task, settled?.outcome.status, settled?.calls[0]?.input_tokens, settled?.calls[0]?.output_tokens],
    ["gateway", "succeeded", 10, 2],
  );
  equal(ledger.openHolds, 0);
});

Deno.test("gateway holds the cap it sends, for all choices together", async () => {
  const { post, sent, ledger } = gateway(() => json(completion));
  await post("/v1/chat/completions", { ...question, n: 4, max_completion_tokens: 100 });
  equal(ledger.admissions[0]?.max_output_tokens, 400);
  deepEqual(sent[0], { ...question, n: 4, max_tokens: 100 });
  await post("/v1/chat/completions", { ...question, n: 4 });
  equal(sent[1]?.["max_tokens"], 4_000);
});

Deno.test("gateway asks for a stream's usage and keeps to itself what nobody asked for", async () => {
  const { post, sent, ledger } = gateway(() =>
    stream(events(chunk({ role: "assistant", content: "" }), chunk({ content: "Hi" }), end, usageChunk, "[DONE]"))
  );
  const answer = await post("/v1/chat/completions", { ...question, stream: true });
  deepEqual(sent[0]?.["stream_options"], { include_usage: true });
  equal(answer.text, events(chunk({ role: "assistant", content: "" }), chunk({ content: "Hi" }), end, "[DONE]"));
  equal(ledger.settlements[0]?.calls[0]?.output_tokens, 2);
  const wanted = await post("/v1/chat/completions", {
    ...question,
    stream: true,
    stream_options: { include_usage: true },
  });
  equal(wanted.text.includes('"prompt_tokens":10'), true);
});

Deno.test("gateway falls back while nothing has been shown, and says so in the stream once something has", async () => {
  const candidates = [
    fakeCandidate("openai", "gpt-4o-mini"),
    fakeCandidate("together", "llama", { kind: "openai_compatible" }),
  ];
  const good = events(chunk({ content: "Hi" }), end, usageChunk, "[DONE]");
  const early = gateway(
    ({ model }) => stream(model === "llama" ? good : event(chunk({ role: "assistant", content: "" }))),
    candidates,
  );
  const saved = await early.post("/v1/chat/completions", { model: "auto", messages: question.messages, stream: true });
  equal(saved.text, events(chunk({ content: "Hi" }), end, "[DONE]"));
  deepEqual(early.ledger.settlements[0]?.calls.map(({ error_code }) => error_code), ["cut", null]);
  const late = gateway(() => stream(event(chunk({ content: "Hi" }))), candidates);
  const broken = await late.post("/v1/chat/completions", { model: "auto", messages: question.messages, stream: true });
  match(broken.text, /^data: .*"content":"Hi".*\n\ndata: \{"error":\{"message":/);
  equal(late.ledger.settlements[0]?.outcome.status, "failed");
  equal(late.ledger.settlements[0]?.calls[0]?.usage_source, "estimated");
});

Deno.test("gateway tells a provider's refusal of the request in its words, and nothing of our account", async () => {
  const refusal = { error: { message: "Bad seed", type: "invalid_request_error", param: "seed", code: "bad_seed" } };
  const refused = await gateway(() => json(refusal, 400)).post("/v1/chat/completions", question);
  deepEqual([refused.status, JSON.parse(refused.text)], [400, refusal]);
  const account = {
    error: { message: "Incorrect API key provided: sk-12345678", type: "x", param: null, code: "invalid_api_key" },
  };
  const away = await gateway(() => json(account, 401)).post("/v1/chat/completions", question);
  equal(away.status, 503);
  equal(away.text.includes("key"), false);
});

const response = {
  id: "resp_1",
  object: "response",
  created_at: 1,
  status: "completed",
  error: null,
  incomplete_details: null,
  model: "gpt-4o-mini-2024-07-18",
  output: [
    { id: "rs_1", type: "reasoning", summary: [] },
    {
      id: "msg_1",
      type: "message",
      status: "completed",
      role: "assistant",
      content: [{ type: "output_text", text: "Hi", annotations: [], logprobs: [] }],
    },
  ],
  usage: {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 2,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 12,
  },
};
const typed = (type: string, members: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;

Deno.test("gateway passes responses on as they are, but for what the provider would keep", async () => {
  const { post, sent, ledger } = gateway(() => json(response));
  const answer = await post("/v1/responses", { model: "gpt-4o-mini", input: "Hello", made_up: { deep: [1] } });
  deepEqual([answer.status, answer.text], [200, JSON.stringify(response)]);
  deepEqual(sent, [{ model: "gpt-4o-mini", input: "Hello", made_up: { deep: [1] }, store: false }]);
  const [call] = ledger.settlements[0]?.calls ?? [];
  deepEqual(
    [call?.input_tokens, call?.output_tokens, call?.cache_read_input_tokens, call?.finish_reason],
    [10, 2, 4, "stop"],
  );
  equal(ledger.openHolds, 0);
});

Deno.test("gateway passes the events of a response on, and says in the stream what becomes of a failed one", async () => {
  const begin = typed("response.created", { sequence_number: 0, response: { ...response, status: "in_progress" } });
  const delta = typed("response.output_text.delta", { sequence_number: 1, item_id: "msg_1", delta: "Hi" });
  const good = begin + delta + typed("response.completed", { sequence_number: 2, response });
  const whole = gateway(() => stream(good));
  const streamed = await whole.post("/v1/responses", { model: "gpt-4o-mini", input: "Hello", stream: true });
  equal(streamed.text, good);
  equal(whole.ledger.settlements[0]?.calls[0]?.output_tokens, 2);
  const error = { code: "server_error", message: "Gone" };
  const failed = typed("response.failed", { sequence_number: 2, response: { ...response, status: "failed", error } });
  const broken = gateway(() =>
    stream(ReadableStream.from([begin + delta, failed].map((part) => encoder.encode(part))))
  );
  const { text } = await broken.post("/v1/responses", { model: "gpt-4o-mini", input: "Hello", stream: true });
  equal(text.startsWith(begin + delta), true);
  match(text, /event: error\ndata: \{.*"type":"error",.*"sequence_number":2,/);
  equal(broken.ledger.settlements[0]?.outcome.status, "failed");
});

Deno.test("gateway answers malformed requests in OpenAI's shape, logs them and asks nobody", async () => {
  const { post, sent, ledger } = gateway(() => json(completion));
  const cases: [unknown, number, string | null][] = [
    ["{", 400, null],
    ["[]", 400, null],
    [{ messages: question.messages }, 400, "model"],
    [{ ...question, messages: [{ role: "user" }] }, 400, "messages[0].content"],
    [{ ...question, stream_options: {} }, 400, "stream_options"],
    [{ ...question, models: ["auto"] }, 400, "models"],
  ];
  for (const [body, status, param] of cases) {
    const answer = await post("/v1/chat/completions", body);
    const { error } = JSON.parse(answer.text);
    deepEqual([answer.status, error.param, error.type], [status, param, "invalid_request_error"]);
  }
  deepEqual([sent.length, ledger.admissions.length, ledger.rejections.length], [0, 0, cases.length]);
  const unknown = await post("/v1/nowhere", question);
  deepEqual([unknown.status, JSON.parse(unknown.text).error.code], [404, "unknown_url"]);
});

Deno.test("the gateway describes itself at its own address, to anybody with a key", async () => {
  const { deps, provider } = fakeStack([]);
  const relay = () => {
    throw new Error("Cannot happen: nobody is called");
  };
  const handler = gatewayHandler({ ...deps, open: () => provider, openRelay: relay, tasks });
  const ask = (headers: Record<string, string>, path = "") =>
    handler(new Request(`https://project.test/functions/v1/gateway${path}`, { headers }));
  const described = await ask({ apikey: "publishable" });
  const { task, paths } = await described.json();
  deepEqual([described.status, task, "v1/chat/completions" in paths], [200, "gateway", true]);
  equal((await ask({ apikey: "publishable" }, "/")).status, 200);
  equal((await ask({})).status, 401);
  equal((await ask({ apikey: "publishable" }, "/v1")).status, 404);
});
