import assert from "node:assert/strict";
import { fixtureResponse, type FixtureServer, serving } from "./fixture-server.ts";
import { openProvider } from "./open-provider.ts";
import { type ChatRequest, type ChatStreamEvent, type Provider, ProviderError } from "./provider.ts";

const transports = ["direct", "sdk"] as const;

function request(fields: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: "claude-haiku-4-5",
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
  use: (provider: Provider, server: FixtureServer) => Promise<void>,
): Promise<void> {
  for (const transport of transports) {
    await serving(answer, async (server) => {
      const provider = { slug: "anthropic", kind: "anthropic", apiKey: "test-key", baseUrl: server.url } as const;
      await use(openProvider({ ...provider, transport }), server);
    });
  }
}

async function collect(events: AsyncIterable<ChatStreamEvent>): Promise<ChatStreamEvent[]> {
  const collected: ChatStreamEvent[] = [];
  for await (const event of events) collected.push(event);
  return collected;
}

const headers = {
  "anthropic-ratelimit-requests-remaining": "49",
  "anthropic-ratelimit-tokens-remaining": "58000",
  "x-signalbox-stand-in": "true",
};

Deno.test("anthropic chat() gives text, usage, model, headroom and whether a stand-in answered", async () => {
  await both(() => fixtureResponse("anthropic/message.json", { headers }), async (provider, server) => {
    assert.deepEqual(await provider.chat(request()), {
      text: "Drei bis fünf Werktage.",
      toolCalls: [],
      finishReason: "stop",
      rawFinishReason: "end_turn",
      usage: { inputTokens: 25, outputTokens: 11, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
      responseModel: "claude-haiku-4-5-20251001",
      logprobs: null,
      standIn: true,
      headroom: { requests: 49, tokens: 58000 },
    });
    assert.equal(server.sent.length, 1);
    assert.equal(server.sent[0]?.path, "/v1/messages");
    assert.equal(server.sent[0]?.headers.get("authorization"), "Bearer test-key");
    assert.equal(server.sent[0]?.headers.get("anthropic-version"), "2026-10-21");
    assert.deepEqual(server.sent[0]?.body, {
      model: "claude-haiku-4-5",
      max_tokens: 100,
      system: "You answer briefly.",
      messages: [{ role: "user", content: [{ type: "text", text: "Wie lange ist die Lieferzeit?" }] }],
    });
  });
});

Deno.test("anthropic chat() adds the cached tokens that stand beside the input", async () => {
  await both(() => fixtureResponse("anthropic/message-cached.json"), async (provider) => {
    assert.deepEqual((await provider.chat(request())).usage, {
      inputTokens: 21 + 1800 + 185,
      outputTokens: 5,
      cacheReadInputTokens: 1800,
      cacheWriteInputTokens: 185,
    });
  });
});

Deno.test("anthropic chat() gives tool calls beside the text and skips thinking", async () => {
  await both(() => fixtureResponse("anthropic/message-tools.json"), async (provider) => {
    const { text, toolCalls, finishReason } = await provider.chat(request());
    assert.deepEqual({ text, toolCalls, finishReason }, {
      text: "Ich sehe nach.",
      toolCalls: [{ id: "toolu_01A", name: "find_order", arguments: '{"number":"A-17"}' }],
      finishReason: "tool_calls",
    });
  });
  await both(() => fixtureResponse("anthropic/message-thinking.json"), async (provider) => {
    const { text, usage } = await provider.chat(request());
    assert.deepEqual([text, usage?.outputTokens], ["42", 220]);
  });
});

Deno.test("anthropic chat() sends a temperature only to a model that knows it, in the API version that takes it", async () => {
  await both(() => fixtureResponse("anthropic/message.json"), async (provider, server) => {
    await provider.chat(request({ temperature: 0 }));
    await provider.chat(request({ temperature: 0, model: "claude-opus-5-5" }));
    const [old, current] = server.sent;
    assert.deepEqual([old?.body.temperature, old?.headers.get("anthropic-version")], [0, "2023-06-01"]);
    assert.deepEqual([current?.body.temperature, current?.headers.get("anthropic-version")], [undefined, "2026-10-21"]);
  });
});

Deno.test("anthropic chat() reads the answer of an older model from the tool it was made to call", async () => {
  const schema = { type: "object", properties: { material: { type: "string" } }, required: ["material"] };
  await both(() => fixtureResponse("anthropic/message-answer-tool.json"), async (provider, server) => {
    const asked = request({ model: "claude-3-haiku-20240307", responseSchema: { name: "material", schema } });
    const { text, toolCalls, finishReason, rawFinishReason } = await provider.chat(asked);
    assert.deepEqual({ text, toolCalls, finishReason, rawFinishReason }, {
      text: '{"material":"oak","score":0.9}',
      toolCalls: [],
      finishReason: "stop",
      rawFinishReason: "tool_use",
    });
    assert.deepEqual(server.sent[0]?.body.tool_choice, { type: "tool", name: "material" });
  });
  await both(() => fixtureResponse("anthropic/stream-answer-tool.txt"), async (provider) => {
    const asked = request({ model: "claude-3-haiku-20240307", responseSchema: { name: "material", schema } });
    const events = await collect(provider.stream(asked));
    assert.deepEqual(events.slice(0, 2), [
      { type: "delta", text: '{"material": ' },
      { type: "delta", text: '"oak"}' },
    ]);
    const done = events[2];
    assert.equal(done?.type === "done" && done.answer.text, '{"material": "oak"}');
    assert.equal(done?.type === "done" && done.answer.finishReason, "stop");
  });
});

Deno.test("anthropic throws content_filter for a refusal, with its reason and the tokens that are billed", async () => {
  const refused = (words: RegExp, text: string, tokens: number) => (error: unknown) => {
    assert.ok(error instanceof ProviderError);
    assert.equal(error.kind, "content_filter");
    assert.match(error.message, words);
    assert.equal(error.partial?.final, true);
    assert.deepEqual([error.partial?.text, error.partial?.usage?.outputTokens, error.mayBeBilled], [
      text,
      tokens,
      true,
    ]);
    return true;
  };
  await both(() => fixtureResponse("anthropic/message-refusal.json"), async (provider) => {
    await assert.rejects(provider.chat(request()), refused(/dangerous lab methods/, "", 2));
  });
  await both(() => fixtureResponse("anthropic/stream-refusal.txt"), async (provider) => {
    await assert.rejects(collect(provider.stream(request())), refused(/cyber harm/, "The first", 3));
  });
});

Deno.test("anthropic stream() gives deltas as they come and the usage of start and end together", async () => {
  await both(() => fixtureResponse("anthropic/stream.txt", { headers }), async (provider, server) => {
    const progress: [boolean, number | null | undefined][] = [];
    const events = await collect(provider.stream(request({
      onProgress: ({ token, usage }) => progress.push([token, usage?.inputTokens]),
    })));
    assert.deepEqual(events, [
      { type: "delta", text: "Drei" },
      { type: "delta", text: " bis fünf" },
      { type: "delta", text: " Werktage 🙂." },
      {
        type: "done",
        answer: {
          text: "Drei bis fünf Werktage 🙂.",
          toolCalls: [],
          finishReason: "stop",
          rawFinishReason: "end_turn",
          usage: { inputTokens: 132, outputTokens: 15, cacheReadInputTokens: 100, cacheWriteInputTokens: 7 },
          responseModel: "claude-haiku-4-5-20251001",
          logprobs: null,
          standIn: true,
          headroom: { requests: 49, tokens: 58000 },
        },
      },
    ]);
    assert.deepEqual(progress[0], [false, 132]);
    assert.equal(progress.filter(([token]) => token).length, 3);
    assert.equal(server.sent[0]?.body.stream, true);
  });
});

Deno.test("anthropic stream() gives tool calls when they are whole, an empty input as an empty object", async () => {
  await both(() => fixtureResponse("anthropic/stream-tools.txt"), async (provider) => {
    const events = await collect(provider.stream(request()));
    assert.deepEqual(events.slice(0, 3), [
      { type: "delta", text: "Ich sehe nach." },
      { type: "tool_call", call: { id: "toolu_01A", name: "find_order", arguments: '{"number": "A-17"}' } },
      { type: "tool_call", call: { id: "toolu_01C", name: "find_lead", arguments: "{}" } },
    ]);
    const done = events[3];
    assert.equal(done?.type === "done" && done.answer.finishReason, "tool_calls");
  });
});

Deno.test("anthropic stream() counts thinking as output that arrives, not as text", async () => {
  await both(() => fixtureResponse("anthropic/stream-thinking.txt"), async (provider) => {
    let tokensBeforeText = 0;
    let seenText = false;
    const events: ChatStreamEvent[] = [];
    const onProgress = ({ token }: { token: boolean }) => {
      if (token && !seenText) tokensBeforeText++;
    };
    for await (const event of provider.stream(request({ onProgress }))) {
      seenText = true;
      events.push(event);
    }
    assert.equal(events[0]?.type === "delta" && events[0].text, "42");
    assert.equal(tokensBeforeText, 3);
  });
});

Deno.test("anthropic embed() fails as a model it does not have, without a request", async () => {
  await both(() => fixtureResponse("anthropic/message.json"), async (provider, server) => {
    const { signal } = new AbortController();
    await assert.rejects(provider.embed({ model: "x", texts: ["a"], signal }), {
      kind: "not_found",
      mayBeBilled: false,
    });
    assert.equal(server.sent.length, 0);
  });
});
