import assert from "node:assert/strict";
import { fakeCandidate, fakePost, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { makeWav } from "@shared/media/testing/mod.ts";
import { ProviderError } from "@shared/providers/mod.ts";
import type { FakeStep } from "@shared/providers/testing/mod.ts";
import { transcribeAudio, transcribeAudioHandler } from "./task.ts";

const minutes = {
  id: "price-whisper-1",
  input_usd_per_mtok: null,
  output_usd_per_mtok: "0",
  cache_read_usd_per_mtok: null,
  cache_write_usd_per_mtok: null,
  audio_minute_usd: "0.006",
};
const heard = {
  text: "Guten Tag.",
  language: "german",
  segments: [{ startMs: 0, endMs: 900, text: "Guten Tag." }],
  usage: { inputTokens: 0, outputTokens: 0, cacheReadInputTokens: null, cacheWriteInputTokens: null, audioMs: 30_000 },
};

function stackOf(script: FakeStep[]) {
  const stack = fakeStack(script, [
    fakeCandidate("openai", "whisper-1", { price: minutes }),
    fakeCandidate("openai", "gpt-4o-transcribe", { tier: "large" }),
  ]);
  const handler = transcribeAudioHandler({
    authenticate: stack.deps.authenticate,
    task: stack.deps,
    files: { read: () => Promise.resolve(makeWav(29_400, "words")), remove: () => Promise.resolve() },
  });
  const post = async (input: unknown) => {
    const response = await handler(fakePost({ input }));
    await stack.settled();
    return { status: response.status, body: await response.json() };
  };
  return { post, stack };
}
const upload = { path: "00000000-0000-4000-8000-0000000000aa/1/talk.wav", language: "de" };

Deno.test("transcribe-audio holds for the recording's length and pays what the provider bills", async () => {
  const { post, stack } = stackOf([{ heard }]);
  const { status, body } = await post(upload);
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body.data, {
    text: "Guten Tag.",
    language: "german",
    duration_ms: 29_400,
    segments: [{ start_ms: 0, end_ms: 900, text: "Guten Tag." }],
  });
  assert.deepEqual([body.meta.task, body.meta.cost_usd, body.meta.confidence], ["transcribe-audio", 0.003, null]);
  const [admission] = stack.ledger.admissions;
  assert.deepEqual([admission?.operation, admission?.audio_ms], ["speech", 30_400]);
  const [call] = stack.ledger.settlements[0]?.calls ?? [];
  assert.deepEqual([call?.audio_ms, call?.usage_source], [30_000, "provider"]);
  const [asked] = stack.provider.calls;
  assert.ok(asked?.method === "transcribe");
  assert.deepEqual([asked.request.language, asked.request.audio.fileName], ["de", "talk.wav"]);
});

Deno.test("transcribe-audio moves on to another model when one is down", async () => {
  const { post } = stackOf([{ error: new ProviderError("server", "500", { status: 500 }) }, {
    heard: { ...heard, segments: [] },
  }]);
  const { body } = await post(upload);
  assert.deepEqual([body.meta.model, body.meta.calls, body.meta.fell_back], ["gpt-4o-transcribe", 2, true]);
});

Deno.test("transcribe-audio says so when nobody answers, and holds nothing", async () => {
  const { post, stack } = stackOf(Array.from({ length: 12 }, () => ({ error: "server" as const })));
  const { status, body } = await post(upload);
  assert.deepEqual([status, body.code, stack.ledger.openHolds], [503, "provider_unavailable", 0]);
});

Deno.test("transcribe-audio writes the same recording down once", async () => {
  const { post, stack } = stackOf([{ heard }]);
  await post(transcribeAudio.example.input);
  const again = await post(transcribeAudio.example.input);
  assert.deepEqual([again.status, again.body.meta.cached, again.body.meta.cost_usd, stack.provider.calls.length], [
    200,
    true,
    0,
    1,
  ]);
});

for (
  const [name, input] of Object.entries({
    nothing: {},
    "an image": { audio: "data:image/png;base64,iVBORw0KGgo=" },
    "bytes that are no sound": { audio: `data:audio/wav;base64,${btoa("words")}` },
    "a language that is none": { ...upload, language: "german" },
  })
) {
  Deno.test(`transcribe-audio refuses ${name}, and nothing is spent`, async () => {
    const { post, stack } = stackOf([]);
    const { status, body } = await post(input);
    assert.deepEqual(
      [status, body.code, stack.ledger.admissions.length],
      [400, "invalid_request", 0],
      JSON.stringify(body),
    );
  });
}
