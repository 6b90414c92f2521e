import assert from "node:assert/strict";
import { type ChatRequest, openProvider, type Provider, ProviderError } from "@shared/providers/mod.ts";

/** The vendors with a cheap model each; together they cost less than a cent. */
const vendors = [
  { slug: "openai", kind: "openai", key: "OPENAI_API_KEY", model: "gpt-4o-mini", embeds: "text-embedding-3-small" },
  { slug: "anthropic", kind: "anthropic", key: "ANTHROPIC_API_KEY", model: "claude-haiku-4-5", embeds: null },
  {
    slug: "together",
    kind: "openai_compatible",
    key: "TOGETHER_API_KEY",
    model: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    embeds: null,
  },
] as const;

const TOGETHER_URL = "https://api.together.ai/v1";
const LIMIT_MS = 60_000;

for (const { slug, kind, key, model, embeds } of vendors) {
  const apiKey = Deno.env.get(key);
  const missing = apiKey ? "" : ` (skipped: ${key} is not set)`;

  /** One attempt at the real vendor, both by plain fetch and through the official SDK. */
  const test = (name: string, use: (provider: Provider) => Promise<void>) => {
    for (const transport of ["direct", "sdk"] as const) {
      Deno.test({
        name: `${slug} by ${transport}: ${name}${missing}`,
        ignore: !apiKey,
        sanitizeResources: false,
        fn: () => {
          const baseUrl = Deno.env.get(key.replace("API_KEY", "BASE_URL")) ??
            (slug === "together" ? TOGETHER_URL : null);
          return use(openProvider({ slug, kind, apiKey: apiKey ?? "", baseUrl, transport }));
        },
      });
    }
  };

  const request = (text: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
    model,
    system: "Answer with one word.",
    messages: [{ role: "user", content: text }],
    maxOutputTokens: 64,
    signal: AbortSignal.timeout(LIMIT_MS),
    ...more,
  });

  test("a chat answers with text, usage and the model that spoke", async (provider) => {
    const answer = await provider.chat(request("What is the capital of France?"));
    assert.match(answer.text, /paris/i);
    assert.equal(answer.finishReason, "stop");
    assert.ok((answer.usage?.inputTokens ?? 0) > 0 && (answer.usage?.outputTokens ?? 0) > 0);
    assert.ok(answer.responseModel);
    assert.equal(answer.standIn, false);
  });

  test("a stream ends with the whole answer and its usage", async (provider) => {
    let text = "";
    let done = null;
    for await (const event of provider.stream(request("What is the capital of Italy?"))) {
      if (event.type === "delta") text += event.text;
      if (event.type === "done") done = event.answer;
    }
    assert.match(text, /rome/i);
    assert.equal(done?.text, text);
    assert.ok((done?.usage?.outputTokens ?? 0) > 0);
  });

  test("a schema is kept", async (provider) => {
    const schema = {
      type: "object",
      properties: { capital: { type: "string" } },
      required: ["capital"],
      additionalProperties: false,
    };
    const responseSchema = { name: "capital", schema };
    const answer = await provider.chat(request("The capital of Spain, as JSON.", { system: null, responseSchema }));
    const data: unknown = JSON.parse(answer.text);
    assert.ok(typeof data === "object" && data !== null && "capital" in data);
    assert.match(String(data.capital), /madrid/i);
  });

  test("a tool is called with arguments", async (provider) => {
    const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const tools = [{ name: "weather", description: "The weather of a city now.", parameters }];
    const answer = await provider.chat(request("How is the weather in Berlin?", { tools, toolChoice: "required" }));
    assert.equal(answer.finishReason, "tool_calls");
    assert.match(answer.toolCalls[0]?.arguments ?? "", /berlin/i);
  });

  test("a model that does not exist is not_found", async (provider) => {
    await assert.rejects(provider.chat(request("Hello", { model: "no-such-model-here" })), (error: unknown) => {
      assert.ok(error instanceof ProviderError);
      assert.equal(error.kind, "not_found");
      return true;
    });
  });

  if (embeds) {
    test("texts become vectors, near in meaning and in order", async (provider) => {
      const texts = ["a cat sleeps", "a kitten is asleep", "quarterly tax report"];
      const answer = await provider.embed({ model: embeds, texts, signal: AbortSignal.timeout(LIMIT_MS) });
      assert.deepEqual(answer.vectors.map((vector) => vector.length), [1536, 1536, 1536]);
      const [cat = [], kitten = [], tax = []] = answer.vectors;
      assert.ok(dot(cat, kitten) > dot(cat, tax));
      assert.ok((answer.usage?.inputTokens ?? 0) > 0);
    });
  }
}

function dot(one: number[], other: number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}
