import assert from "node:assert/strict";
import { fixtureResponse, type FixtureServer, serving } from "./fixture-server.ts";
import { openProvider, type ProviderConfiguration } from "./open-provider.ts";
import { type ChatRequest, type ChatStreamEvent, type Provider, ProviderError } from "./provider.ts";

const transports = ["direct", "sdk"] as const;

function request(fields: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: "gpt-4o-mini",
    system: "You answer briefly.",
    messages: [{ role: "user", content: "Wie lange ist die Lieferzeit?" }],
    maxOutputTokens: 100,
    signal: new AbortController().signal,
    ...fields,
  };
}

/** Runs a case through both transports against a server that answers with one fixture. */
async function both(
  answer: () => Response,
  use: (provider: Provider, server: FixtureServer, transport: string) => Promise<void>,
  configuration: Partial<ProviderConfiguration> = {},
): Promise<void> {
  for (const transport of transports) {
    await serving(answer, async (server) => {
      const baseUrl = `${server.url}/v1`;
      await use(
        openProvider({ slug: "openai", kind: "openai", apiKey: "test-key", baseUrl, transport, ...configuration }),
        server,
        transport,
      );
    });
  }
}

async function collect(events: AsyncIterable<ChatStreamEvent>): Promise<ChatStreamEvent[]> {
  const collected: ChatStreamEvent[] = [];
  for await (const event of events) collected.push(event);
  return collected;
}

const headers = {
  "x-ratelimit-remaining-requests": "9999",
  "x-ratelimit-remaining-tokens": "199972",
  "x-signalbox-stand-in": "true",
};

Deno.test("openai chat() gives text, usage, model, headroom and whether a stand-in answered", async () => {
  await both(() => fixtureResponse("openai/chat.json", { headers }), async (provider, server) => {
    assert.deepEqual(await provider.chat(request()), {
      text: "Die Lieferzeit beträgt drei bis fünf Werktage.",
      toolCalls: [],
      finishReason: "stop",
      rawFinishReason: "stop",
      usage: { inputTokens: 28, outputTokens: 13, cacheReadInputTokens: 0, cacheWriteInputTokens: null },
      responseModel: "gpt-4o-mini-2024-07-18",
      logprobs: null,
      standIn: true,
      headroom: { requests: 9999, tokens: 199972 },
    });
    assert.equal(server.sent.length, 1);
    assert.equal(server.sent[0]?.path, "/v1/chat/completions");
    assert.equal(server.sent[0]?.headers.get("authorization"), "Bearer test-key");
    assert.deepEqual(server.sent[0]?.body, {
      model: "gpt-4o-mini",
      messages: [
        { role: "system", content: "You answer briefly." },
        { role: "user", content: "Wie lange ist die Lieferzeit?" },
      ],
      max_tokens: 100,
    });
  });
});

Deno.test("openai chat() keeps cached tokens inside the input and says nothing of headroom when the headers do not", async () => {
  await both(() => fixtureResponse("openai/chat-cached.json"), async (provider) => {
    const { usage, standIn, headroom } = await provider.chat(request());
    assert.deepEqual(usage, {
      inputTokens: 2006,
      outputTokens: 4,
      cacheReadInputTokens: 1536,
      cacheWriteInputTokens: 256,
    });
    assert.deepEqual({ standIn, headroom }, { standIn: false, headroom: { requests: null, tokens: null } });
  });
});

Deno.test("openai chat() gives tool calls, log-probabilities and a truncated answer as such", async () => {
  await both(() => fixtureResponse("openai/chat-tools.json"), async (provider) => {
    const { text, toolCalls, finishReason } = await provider.chat(request());
    assert.deepEqual({ text, toolCalls, finishReason }, {
      text: "",
      toolCalls: [
        { id: "call_Hx1", name: "find_order", arguments: '{"number":"A-17"}' },
        { id: "call_Hx2", name: "find_lead", arguments: "{}" },
      ],
      finishReason: "tool_calls",
    });
  });
  await both(() => fixtureResponse("openai/chat-logprobs.json"), async (provider, server) => {
    assert.deepEqual((await provider.chat(request({ logprobs: true }))).logprobs, [-0.015625, -0.25]);
    assert.equal(server.sent[0]?.body.logprobs, true);
  });
  await both(() => fixtureResponse("openai/chat-length.json"), async (provider) => {
    const { text, finishReason, usage } = await provider.chat(request());
    assert.equal(text, '{"material":"oa');
    assert.equal(finishReason, "length");
    assert.equal(usage?.outputTokens, 5);
  });
});

Deno.test("openai chat() throws content_filter for a refusal and a withheld answer, with the tokens that are billed", async () => {
  const cases = [
    { name: "openai/chat-refusal.json", text: "", tokens: 11, words: /can't assist/ },
    { name: "openai/chat-content-filter.json", text: "The first step", tokens: 3, words: /content filter/ },
  ];
  for (const { name, text, tokens, words } of cases) {
    await both(() => fixtureResponse(name), async (provider) => {
      await assert.rejects(provider.chat(request()), (error) => {
        assert.ok(error instanceof ProviderError);
        assert.equal(error.kind, "content_filter");
        assert.equal(error.mayBeBilled, true);
        assert.equal(error.partial?.text, text);
        assert.equal(error.partial?.usage?.outputTokens, tokens);
        assert.equal(error.partial?.final, true);
        assert.match(error.message, words);
        return true;
      });
    });
  }
});

Deno.test("openai stream() gives deltas as they come and is done with the usage that was asked for", async () => {
  await both(() => fixtureResponse("openai/chat-stream.txt", { headers }), async (provider, server) => {
    const progress: boolean[] = [];
    const events = await collect(provider.stream(request({ onProgress: ({ token }) => progress.push(token) })));
    assert.deepEqual(events.slice(0, 3), [
      { type: "delta", text: "Drei" },
      { type: "delta", text: " bis fünf" },
      { type: "delta", text: " Werktage 🙂." },
    ]);
    assert.deepEqual(events.slice(3), [{
      type: "done",
      answer: {
        text: "Drei bis fünf Werktage 🙂.",
        toolCalls: [],
        finishReason: "stop",
        rawFinishReason: "stop",
        usage: { inputTokens: 28, outputTokens: 9, cacheReadInputTokens: 12, cacheWriteInputTokens: null },
        responseModel: "gpt-4o-mini-2024-07-18",
        logprobs: null,
        standIn: true,
        headroom: { requests: 9999, tokens: 199972 },
      },
    }]);
    assert.deepEqual(progress, [false, true, true, true, false, false]);
    assert.equal(server.sent[0]?.body.stream, true);
    assert.deepEqual(server.sent[0]?.body.stream_options, { include_usage: true });
  });
});

Deno.test("openai stream() puts the pieces of tool calls together", async () => {
  await both(() => fixtureResponse("openai/chat-stream-tools.txt"), async (provider) => {
    const events = await collect(provider.stream(request()));
    assert.deepEqual(events.slice(0, 2), [
      { type: "tool_call", call: { id: "call_Hx1", name: "find_order", arguments: '{"number":"A-17"}' } },
      { type: "tool_call", call: { id: "call_Hx2", name: "find_lead", arguments: "{}" } },
    ]);
    const [done] = events.slice(2);
    assert.equal(done?.type === "done" && done.answer.finishReason, "tool_calls");
    assert.equal(done?.type === "done" && done.answer.toolCalls.length, 2);
  });
});

Deno.test("openai stream() throws content_filter at the end of a withheld answer, with what was sent of it", async () => {
  await both(() => fixtureResponse("openai/chat-stream-content-filter.txt"), async (provider) => {
    await assert.rejects(collect(provider.stream(request())), (error) => {
      assert.ok(error instanceof ProviderError);
      assert.equal(error.kind, "content_filter");
      const { text, usage, final } = error.partial ?? {};
      assert.deepEqual([text, usage?.outputTokens, final], ["The first", 2, true]);
      return true;
    });
  });
});

Deno.test("openai embed() gives the vectors in the order of the texts, from base64 or floats", async () => {
  for (const name of ["openai/embeddings-base64.json", "openai/embeddings-float.json"]) {
    await both(() => fixtureResponse(name), async (provider, server) => {
      const { signal } = new AbortController();
      const texts = ["Eiche", "Ahorn"];
      const answer = await provider.embed({ model: "text-embedding-3-small", texts, dimensions: 3, signal });
      assert.deepEqual(answer.vectors, [[1, 0, -1], [0.5, -0.25, 0.125]]);
      assert.deepEqual(answer.usage, {
        inputTokens: 9,
        outputTokens: 0,
        cacheReadInputTokens: 0,
        cacheWriteInputTokens: 0,
      });
      assert.deepEqual(server.sent[0]?.body, {
        model: "text-embedding-3-small",
        input: texts,
        dimensions: 3,
        encoding_format: "base64",
      });
    });
  }
});

Deno.test("openai embed() refuses an answer that has not one vector for each text", async () => {
  await both(() => fixtureResponse("openai/embeddings-float.json"), async (provider) => {
    const { signal } = new AbortController();
    for (const texts of [["one", "two", "three"], ["one"]]) {
      await assert.rejects(provider.embed({ model: "text-embedding-3-small", texts, signal }), { kind: "malformed" });
    }
  });
});

Deno.test("a compatible server gets max_tokens, the schema by parameter and in words, and its own log-probability switch", async () => {
  const schema = { type: "object", properties: { material: { type: "string" } }, required: ["material"] };
  const together = { slug: "together", kind: "openai_compatible" } as const;
  await both(() => fixtureResponse("together/chat.json"), async (provider, server) => {
    const answer = await provider.chat(request({
      model: "meta-llama/Llama-4-Scout-17B-16E-Instruct",
      responseSchema: { name: "material", schema },
      logprobs: true,
      temperature: 0,
    }));
    assert.equal(answer.text, '{"material":"oak"}');
    assert.equal(answer.finishReason, "stop");
    assert.equal(answer.rawFinishReason, "eos");
    assert.deepEqual(answer.logprobs, [-0.5, -0.125]);
    assert.equal(answer.usage?.cacheReadInputTokens, 0);
    const body = server.sent[0]?.body ?? {};
    assert.equal(body.max_tokens, 100);
    assert.equal(body.logprobs, 1);
    assert.equal(body.temperature, 0);
    assert.deepEqual(body.response_format, {
      type: "json_schema",
      json_schema: { name: "material", schema: { ...schema, additionalProperties: false } },
    });
    assert.match(JSON.stringify(body.messages), /one JSON object/);
  }, together);
  await both(() => fixtureResponse("together/chat-stream.txt"), async (provider) => {
    const last = (await collect(provider.stream(request()))).at(-1);
    assert.equal(last?.type === "done" && last.answer.text, "Drei bis fünf");
    assert.equal(last?.type === "done" && last.answer.usage?.inputTokens, 21);
  }, together);
});

Deno.test("a compatible server without a key gets no authorization header", async () => {
  await both(() => fixtureResponse("together/chat.json"), async (provider, server) => {
    await provider.chat(request());
    assert.equal(server.sent[0]?.headers.has("authorization"), false);
  }, { slug: "local", kind: "openai_compatible", apiKey: "" });
});
