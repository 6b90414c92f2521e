import assert from "node:assert/strict";
import { fixtureResponse, type SentRequest, serving } from "./fixture-server.ts";
import { openProvider, type ProviderKind } from "./open-provider.ts";
import type { ChatRequest, Provider } from "./provider.ts";

/** Headers that say who is asking and with what, not what is asked for: the SDKs' own count and name themselves. */
const incidental = /^(?:user-agent|x-stainless-.*|accept-encoding|accept-language|content-length|host|connection)$/;

function essence({ method, path, headers, body }: SentRequest) {
  return { method, path, body, headers: Object.fromEntries([...headers].filter(([name]) => !incidental.test(name))) };
}

function request(fields: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: "any",
    system: "Kurz.",
    messages: [{ role: "user", content: "Größe?" }],
    maxOutputTokens: 64,
    temperature: 0.2,
    signal: new AbortController().signal,
    ...fields,
  };
}

async function drain(provider: Provider, asked: ChatRequest): Promise<void> {
  for await (const _ of provider.stream(asked));
}

const cases: { kind: ProviderKind; path: string; apiKey: string; models: string[]; chat: string; stream: string }[] = [
  {
    kind: "openai",
    path: "/v1",
    apiKey: "sk-test",
    models: ["gpt-4o", "gpt-5"],
    chat: "openai/chat.json",
    stream: "openai/chat-stream.txt",
  },
  {
    kind: "openai_compatible",
    path: "/a/v1/",
    apiKey: "",
    models: ["llama"],
    chat: "together/chat.json",
    stream: "together/chat-stream.txt",
  },
  {
    kind: "anthropic",
    path: "",
    apiKey: "sk-ant-test",
    models: ["claude-haiku-4-5", "claude-opus-5-5"],
    chat: "anthropic/message.json",
    stream: "anthropic/stream.txt",
  },
];

for (const { kind, path, apiKey, models, chat, stream } of cases) {
  Deno.test(`the direct transport puts on the wire what the official SDK does: ${kind}`, async () => {
    const sentBy: Record<string, ReturnType<typeof essence>[]> = {};
    for (const transport of ["direct", "sdk"] as const) {
      await serving(({ body }) => fixtureResponse(body.stream === true ? stream : chat), async ({ url, sent }) => {
        const provider = openProvider({ slug: kind, kind, apiKey, baseUrl: `${url}${path}`, transport });
        for (const model of models) {
          await provider.chat(request({ model }));
          await drain(
            provider,
            request({ model, tools: [{ name: "t", description: "d", parameters: { type: "object" } }] }),
          );
        }
        sentBy[transport] = sent.map(essence);
      });
    }
    assert.equal(sentBy.direct?.length, 2 * models.length);
    assert.deepEqual(sentBy.direct, sentBy.sdk);
  });
}

Deno.test("a redirect is an error, not a way to hand the key to somebody else", async () => {
  for (const transport of ["direct", "sdk"] as const) {
    await serving(
      () => new Response(null, { status: 307, headers: { location: "http://127.0.0.1:9/" } }),
      async ({ url, sent }) => {
        const provider = openProvider({ slug: "x", kind: "openai_compatible", apiKey: "k", baseUrl: url, transport });
        await assert.rejects(provider.chat(request()), { kind: "network" });
        assert.equal(sent.length, 1);
      },
    );
  }
});

Deno.test("nothing of a vendor's SDK is imported before a call asks for it", async () => {
  const here = new URL(".", import.meta.url);
  let files = 0;
  for await (const { name } of Deno.readDir(here)) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    files++;
    const text = await Deno.readTextFile(new URL(name, here));
    assert.doesNotMatch(text, /^(?:import|export)[^;]*from\s+"(?:openai|@anthropic-ai)/m, name);
  }
  assert.ok(files > 40);
});
