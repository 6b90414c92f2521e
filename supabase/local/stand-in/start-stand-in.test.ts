import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { type Fault, type StandIn, startStandIn } from "./mod.ts";

interface Clients extends AsyncDisposable {
  standIn: StandIn;
  openai: OpenAI;
  together: OpenAI;
  anthropic: Anthropic;
}

async function start(faults: Fault[] = []): Promise<Clients> {
  const standIn = await startStandIn({ faults });
  const once = { apiKey: "stand-in", maxRetries: 0 };
  return {
    standIn,
    openai: new OpenAI({ ...once, baseURL: standIn.openaiUrl }),
    together: new OpenAI({ ...once, baseURL: standIn.togetherUrl }),
    anthropic: new Anthropic({ ...once, baseURL: standIn.anthropicUrl }),
    [Symbol.asyncDispose]: () => standIn.stop(),
  };
}

const small = "gpt-4o-mini";
const haiku = "claude-haiku-4-5";
const messages = [{ role: "user" as const, content: "Classify: Eichenparkett 14 mm" }];
const schema = {
  type: "object",
  properties: { category: { type: "string", enum: ["wood", "stone"] }, thickness_mm: { type: "number" } },
  required: ["category", "thickness_mm"],
  additionalProperties: false,
};
const expected = { category: "wood", thickness_mm: 14 };
const structured = { type: "json_schema" as const, json_schema: { name: "material", schema, strict: true } };
const tools = [{
  type: "function" as const,
  function: {
    name: "get_weather",
    description: "Weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
}];
const weather = [{ role: "user" as const, content: "What is the weather in Berlin?" }];

Deno.test("The OpenAI SDK gets structured output, usage, log-probabilities and the mark of the stand-in", async () => {
  await using clients = await start();
  const { data, response } = await clients.openai.chat.completions
    .create({ model: small, messages, response_format: structured, logprobs: true }).withResponse();
  const [choice] = data.choices;
  deepEqual(JSON.parse(choice?.message.content ?? ""), expected);
  equal(response.headers.get("x-signalbox-stand-in"), "true");
  equal(choice?.logprobs?.content?.map(({ token }) => token).join(""), choice?.message.content);
  equal(data.usage?.total_tokens, (data.usage?.prompt_tokens ?? 0) + (data.usage?.completion_tokens ?? 0));
  equal(data.usage?.prompt_tokens_details?.cached_tokens, 0);
});

Deno.test("The OpenAI SDK streams text with log-probabilities and a usage chunk, and tool calls", async () => {
  await using clients = await start();
  const stream = await clients.openai.chat.completions.create({
    ...{ model: small, messages, response_format: structured, logprobs: true },
    ...{ stream: true as const, stream_options: { include_usage: true } },
  });
  let text = "";
  let tokens = "";
  let usage: unknown = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? "";
    tokens += (chunk.choices[0]?.logprobs?.content ?? []).map(({ token }) => token).join("");
    usage ??= chunk.usage ?? null;
  }
  deepEqual(JSON.parse(text), expected);
  equal(tokens, text);
  ok(usage);
  const called = await clients.openai.chat.completions.create({ model: small, messages: weather, tools });
  const call = called.choices[0]?.message.tool_calls?.[0];
  equal(called.choices[0]?.finish_reason, "tool_calls");
  deepEqual(call?.type === "function" && JSON.parse(call.function.arguments), { city: "Berlin" });
});

Deno.test("The OpenAI SDK uses responses, embeddings, moderations and models", async () => {
  await using clients = await start();
  const { openai } = clients;
  const answer = await openai.responses.create({ model: "gpt-5", input: "What is 12 * 12?" });
  equal(answer.output_text, "144");
  ok((answer.usage?.input_tokens ?? 0) > 0);
  const list = await openai.embeddings.create({ model: "text-embedding-3-small", input: ["oak", "marble"] });
  deepEqual(list.data.map(({ embedding }) => embedding.length), [1_536, 1_536]);
  const plain = await openai.embeddings.create({
    model: "text-embedding-3-small",
    input: "oak",
    encoding_format: "float",
    dimensions: 8,
  });
  equal(plain.data[0]?.embedding.length, 8);
  await rejects(openai.embeddings.create({ model: "text-embedding-3-small", input: "" }), OpenAI.BadRequestError);
  equal((await openai.moderations.create({ input: "I will kill you" })).results[0]?.flagged, true);
  ok((await openai.models.list()).data.some(({ id }) => id === small));
});

Deno.test("The Anthropic SDK gets structured output, forced tools, streams and token counts", async () => {
  await using clients = await start();
  const { anthropic } = clients;
  const message = await anthropic.messages.create({
    ...{ model: haiku, max_tokens: 200, messages },
    output_config: { format: { type: "json_schema", schema } },
  });
  equal(message.stop_reason, "end_turn");
  deepEqual(message.content[0]?.type === "text" && JSON.parse(message.content[0].text), expected);
  const forced = await anthropic.messages.stream({
    ...{ model: haiku, max_tokens: 200, messages },
    tools: [{ name: "answer", description: "Gives the answer", input_schema: { ...schema, type: "object" as const } }],
    tool_choice: { type: "tool", name: "answer" },
  }).finalMessage();
  equal(forced.stop_reason, "tool_use");
  deepEqual(forced.content[0]?.type === "tool_use" && forced.content[0].input, expected);
  const counted = await anthropic.messages.countTokens({ model: haiku, messages });
  const answered = await anthropic.messages.create({ model: haiku, max_tokens: 200, messages });
  equal(counted.input_tokens, answered.usage.input_tokens);
});

Deno.test("Together is OpenAI's format with its own log-probabilities and a bare list of models", async () => {
  await using clients = await start();
  const answer = await clients.together.chat.completions.create({
    model: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    messages,
    logprobs: 1 as never,
  });
  const logprobs = answer.choices[0]?.logprobs as unknown as { token_logprobs: number[] };
  ok(logprobs.token_logprobs.length > 0);
  const models = await fetch(`${clients.standIn.togetherUrl}/models`, { headers: { authorization: "Bearer x" } });
  equal(Array.isArray(await models.json()), true);
});

Deno.test("An answer is cut at the cap of the request and counted as what was sent", async () => {
  await using clients = await start();
  const cut = await clients.openai.chat.completions.create({
    model: small,
    messages,
    response_format: structured,
    max_completion_tokens: 4,
  });
  equal(cut.choices[0]?.finish_reason, "length");
  equal(cut.usage?.completion_tokens, 4);
  const message = await clients.anthropic.messages.create({ model: haiku, max_tokens: 4, messages });
  equal(message.stop_reason, "max_tokens");
});

Deno.test("Requests that no provider would take are refused as the provider does", async () => {
  await using clients = await start();
  const post = (url: string, body: string, headers: HeadersInit = { authorization: "Bearer x" }) =>
    fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  const { openaiUrl, anthropicUrl } = clients.standIn;
  const cases: [Response, number][] = [
    [await post(`${openaiUrl}/chat/completions`, "{", {}), 401],
    [await post(`${openaiUrl}/chat/completions`, "{"), 400],
    [await post(`${openaiUrl}/chat/completions`, '{"messages":[]}'), 400],
    [await post(`${openaiUrl}/nothing`, "{}"), 404],
    [await post(`${anthropicUrl}/v1/messages`, '{"model":"m","messages":[{"role":"user","content":"x"}]}'), 400],
  ];
  for (const [response, status] of cases) {
    equal(response.status, status);
    equal(response.headers.get("x-signalbox-stand-in"), "true");
    ok((await response.json()).error.message);
  }
});

/** Reads a chat stream to its end: its text, or `Error: …` after the text so far. */
async function readStream(
  { openai }: Clients,
  model = small,
): Promise<{ text: string; finish: string | null; error: unknown }> {
  let text = "";
  let finish: string | null = null;
  try {
    for await (
      const chunk of await openai.chat.completions.create({
        model,
        messages,
        response_format: structured,
        stream: true,
      })
    ) {
      text += chunk.choices[0]?.delta.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
    }
    return { text, finish, error: null };
  } catch (error) {
    return { text, finish, error };
  }
}

const ask = ({ openai }: Clients, signal?: AbortSignal) =>
  openai.chat.completions.create({ model: small, messages, response_format: structured }, { signal });

Deno.test("Faults that are errors reach the SDKs as the errors they stand for", async (t) => {
  await using clients = await start();
  const cases: [Fault, number][] = [
    [{ kind: "status", status: 500 }, 500],
    [{ kind: "status", status: 503 }, 503],
    [{ kind: "status", status: 429, retry_after: 7 }, 429],
    [{ kind: "authentication" }, 401],
    [{ kind: "quota" }, 429],
    [{ kind: "context_length" }, 400],
  ];
  for (const [fault, status] of cases) {
    await t.step(`${fault.kind} ${status}`, async () => {
      clients.standIn.control.setFaults([fault]);
      await rejects(ask(clients), (error: InstanceType<typeof OpenAI.APIError>) => {
        equal(error.status, status);
        equal(error.headers?.get("x-signalbox-stand-in"), "true");
        equal(error.headers?.get("retry-after"), fault.retry_after === undefined ? null : String(fault.retry_after));
        return true;
      });
      await rejects(clients.anthropic.messages.create({ model: haiku, max_tokens: 9, messages }), Anthropic.APIError);
    });
  }
});

Deno.test("Faults on the wire break a whole answer", async (t) => {
  await using clients = await start();
  for (const kind of ["reset", "cut", "malformed", "missing_end"] as const) {
    await t.step(kind, async () => {
      clients.standIn.control.setFaults([{ kind }]);
      await rejects(ask(clients));
    });
  }
});

Deno.test("Faults on the wire break a stream after its first events", async (t) => {
  await using clients = await start();
  const { control } = clients.standIn;
  await t.step("cut", async () => {
    control.setFaults([{ kind: "cut", after_events: 2 }]);
    const { text, error } = await readStream(clients);
    ok(error);
    ok(text.length > 0 && text.length < JSON.stringify(expected).length, text);
  });
  await t.step("malformed", async () => {
    control.setFaults([{ kind: "malformed", after_events: 2 }]);
    ok((await readStream(clients)).error instanceof SyntaxError);
  });
  await t.step("missing_end", async () => {
    control.setFaults([{ kind: "missing_end" }]);
    const { text, finish, error } = await readStream(clients);
    deepEqual({ text: JSON.parse(text), finish, error }, { text: expected, finish: null, error: null });
  });
});

Deno.test("A silent and a stalled provider hold the connection until the client gives up", async () => {
  await using clients = await start([{ kind: "silence", times: 1 }, { kind: "stall", after_events: 2 }]);
  const patience = new AbortController();
  const silent = ask(clients, patience.signal);
  // The journal tells when the request has arrived, which is all that will ever happen to it.
  while (clients.standIn.control.requests().total === 0) await new Promise((resume) => setTimeout(resume, 5));
  patience.abort();
  await rejects(silent, OpenAI.APIUserAbortError);
  const stream = await clients.openai.chat.completions.create({
    model: small,
    messages,
    stream: true,
    response_format: structured,
  });
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  equal((await iterator.next()).done, false);
  const third = iterator.next();
  stream.controller.abort();
  equal((await third).done, true);
});

Deno.test("Faults in the content arrive as answers in good form", async () => {
  await using clients = await start();
  const { control } = clients.standIn;
  control.setFaults([{ kind: "content_filter" }]);
  equal((await ask(clients)).choices[0]?.finish_reason, "content_filter");
  equal((await clients.anthropic.messages.create({ model: haiku, max_tokens: 9, messages })).stop_reason, "refusal");
  control.setFaults([{ kind: "truncated" }]);
  equal((await ask(clients)).choices[0]?.finish_reason, "length");
  control.setFaults([{ kind: "invalid_json" }]);
  const broken = (await ask(clients)).choices[0]?.message.content ?? "";
  match(broken, /wood/);
  await rejects(async () => await JSON.parse(broken), SyntaxError);
});

Deno.test("A response that was cut short or withheld is incomplete and says why, whole and streamed", async () => {
  await using clients = await start();
  for (const [kind, reason] of [["truncated", "max_output_tokens"], ["content_filter", "content_filter"]] as const) {
    clients.standIn.control.setFaults([{ kind }]);
    const request = { model: small, input: "Describe oak in a few words." };
    const whole = await clients.openai.responses.create(request);
    deepEqual([whole.status, whole.incomplete_details], ["incomplete", { reason }]);
    const events: [string, unknown][] = [];
    for await (const event of await clients.openai.responses.create({ ...request, stream: true })) {
      if ("response" in event) events.push([event.type, event.response.incomplete_details]);
    }
    deepEqual(events.at(-1), ["response.incomplete", { reason }]);
  }
});

Deno.test("Slow answers arrive whole", async () => {
  await using clients = await start([{ kind: "latency", delay_ms: 5, times: 1 }, {
    kind: "slow_first_token",
    delay_ms: 5,
  }]);
  deepEqual(JSON.parse((await ask(clients)).choices[0]?.message.content ?? ""), expected);
  deepEqual(JSON.parse((await ask(clients)).choices[0]?.message.content ?? ""), expected);
  deepEqual(JSON.parse((await readStream(clients)).text), expected);
});

Deno.test("The control API sets faults from outside and counts every request", async () => {
  await using clients = await start();
  const { controlUrl } = clients.standIn;
  const control = async (method: string, path = "", body?: unknown) => {
    const response = await fetch(controlUrl + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  equal((await control("POST", "", { faults: [{ kind: "explode" }] })).status, 400);
  equal(
    (await control("POST", "", { faults: [{ kind: "status", status: 500, provider: "openai", times: 1 }] })).status,
    200,
  );
  await rejects(ask(clients), OpenAI.InternalServerError);
  await ask(clients);
  const { total, counts, last } = (await control("GET", "/requests")).body;
  equal(total, 2);
  deepEqual(counts, [{ provider: "openai", operation: "chat", model: small, requests: 2, faults: 1 }]);
  deepEqual(last.map(({ status, fault }: { status: number; fault: string | null }) => [status, fault]), [[
    500,
    "status",
  ], [200, null]]);
  deepEqual((await control("DELETE")).body, { faults: [] });
  equal((await control("DELETE", "/requests")).body.total, 0);
  equal((await control("PUT")).status, 405);
  equal((await control("GET", "/nothing")).status, 404);
});
