import assert from "node:assert/strict";
import { openProvider } from "./open-provider.ts";
import { ProviderError, type TranscriptionRequest } from "./provider.ts";

/** What a server was sent. */
interface Sent {
  path: string;
  authorization: string | null;
  fields: [name: string, value: string][];
}

const request = (model: string, language: string | null = null): TranscriptionRequest => ({
  model,
  audio: { bytes: Uint8Array.of(82, 73, 70, 70, 0, 255), mimeType: "audio/wav", fileName: "talk.wav" },
  language,
  signal: new AbortController().signal,
});

/** Runs a case by both ways to OpenAI. */
async function both(
  answer: () => Response,
  use: (transcribe: (request: TranscriptionRequest) => Promise<unknown>, sent: Sent[]) => Promise<void>,
) {
  for (const transport of ["direct", "sdk"] as const) {
    const sent: Sent[] = [];
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (incoming) => {
      const form = await incoming.formData();
      const fields = await Promise.all(Array.from(form, async ([name, value]): Promise<[string, string]> => [
        name,
        typeof value === "string" ? value : `${value.name} ${value.type} ${Array.from(await value.bytes()).join()}`,
      ]));
      sent.push({ path: new URL(incoming.url).pathname, authorization: incoming.headers.get("authorization"), fields });
      return answer();
    });
    try {
      const baseUrl = `http://127.0.0.1:${server.addr.port}/v1`;
      const provider = openProvider({ slug: "openai", kind: "openai", apiKey: "test-key", baseUrl, transport });
      await use((request) => provider.transcribe(request), sent);
    } finally {
      await server.shutdown();
    }
  }
}

Deno.test("transcribe() sends the file as a form, and reads sentences, language and seconds of Whisper", async () => {
  const body = {
    text: " Guten Tag. Wie geht es? ",
    language: "german",
    duration: 2.4,
    segments: [{ id: 0, start: 0, end: 1.1, text: " Guten Tag." }, {
      id: 1,
      start: 1.1,
      end: 2.4,
      text: " Wie geht es?",
    }],
    usage: { type: "duration", seconds: 3 },
  };
  await both(() => Response.json(body), async (transcribe, sent) => {
    assert.deepEqual(await transcribe(request("whisper-1", "de")), {
      text: "Guten Tag. Wie geht es?",
      language: "german",
      segments: [{ startMs: 0, endMs: 1_100, text: "Guten Tag." }, {
        startMs: 1_100,
        endMs: 2_400,
        text: "Wie geht es?",
      }],
      usage: {
        inputTokens: 0,
        outputTokens: 0,
        cacheReadInputTokens: null,
        cacheWriteInputTokens: null,
        audioMs: 3_000,
      },
      responseModel: null,
      standIn: false,
      headroom: { requests: null, tokens: null },
    });
    assert.deepEqual(sent, [{
      path: "/v1/audio/transcriptions",
      authorization: "Bearer test-key",
      fields: [
        ["model", "whisper-1"],
        ["response_format", "verbose_json"],
        ["language", "de"],
        ["file", "talk.wav audio/wav 82,73,70,70,0,255"],
      ],
    }]);
  });
});

Deno.test("transcribe() asks later models for plain JSON and reads their tokens", async () => {
  const usage = { type: "tokens", input_tokens: 14, output_tokens: 5, total_tokens: 19 };
  await both(() => Response.json({ text: "Hello.", usage }), async (transcribe, sent) => {
    const { text, segments, usage } = await transcribe(request("gpt-4o-transcribe")) as Record<string, unknown>;
    assert.deepEqual([text, segments, usage], ["Hello.", [], {
      inputTokens: 14,
      outputTokens: 5,
      cacheReadInputTokens: null,
      cacheWriteInputTokens: null,
    }]);
    assert.deepEqual(sent[0]?.fields[1], ["response_format", "json"]);
  });
});

Deno.test("transcribe() takes an answer without a text for malformed, and hands a refusal on", async () => {
  await both(() => Response.json({ words: [] }), async (transcribe) => {
    await assert.rejects(
      transcribe(request("whisper-1")),
      (error) => error instanceof ProviderError && error.kind === "malformed",
    );
  });
  await both(() => Response.json({ error: { message: "too large" } }, { status: 400 }), async (transcribe) => {
    await assert.rejects(
      transcribe(request("whisper-1")),
      (error) => error instanceof ProviderError && error.kind === "invalid_request" && !error.mayBeBilled,
    );
  });
});
