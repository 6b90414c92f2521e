import assert from "node:assert/strict";
import { ProviderError } from "@shared/providers/mod.ts";
import { answeredRecord, type AttemptFacts, failedRecord, recordCostUsd } from "./call-record.ts";
import { candidate } from "./testing/mod.ts";

const facts: AttemptFacts = {
  attempt: 2,
  purpose: "fallback",
  candidate: candidate("openai", "gpt-4o-mini", { max_output_tokens: 500 }),
  startedAt: Date.UTC(2026, 10, 21),
  endedAt: Date.UTC(2026, 10, 21) + 640.4,
  firstTokenAt: null,
  inputTokens: 1_000,
};
const answer = {
  usage: null,
  responseModel: "gpt-4o-mini-2024-07-18",
  finishReason: "stop",
  standIn: false,
  headroom: { requests: null, tokens: null },
  text: "four",
};
const tokens = (record: ReturnType<typeof answeredRecord>) => [
  record.usage_source,
  record.input_tokens,
  record.output_tokens,
  record.cache_read_input_tokens,
];

Deno.test("answeredRecord() keeps what the provider reported, zeros included", () => {
  const usage = { inputTokens: 812, outputTokens: 0, cacheReadInputTokens: 0, cacheWriteInputTokens: null };
  assert.deepEqual(answeredRecord(facts, { ...answer, usage }), {
    attempt: 2,
    purpose: "fallback",
    provider: "openai",
    request_model: "gpt-4o-mini",
    response_model: "gpt-4o-mini-2024-07-18",
    price_id: "price-gpt-4o-mini",
    input_tokens: 812,
    output_tokens: 0,
    cache_read_input_tokens: 0,
    cache_write_input_tokens: null,
    usage_source: "provider",
    latency_ms: 640,
    time_to_first_token_ms: null,
    finish_reason: "stop",
    error_code: null,
    stand_in: false,
    created_at: "2026-11-21T00:00:00.000Z",
  });
});

Deno.test("answeredRecord() keeps what is left of the rate limit, where the provider says", () => {
  const { requests_left, tokens_left } = answeredRecord(facts, { ...answer, headroom: { requests: 0, tokens: 150 } });
  assert.deepEqual([requests_left, tokens_left], [0, 150]);
});

Deno.test("answeredRecord() bounds what the provider did not report, and says so", () => {
  assert.deepEqual(tokens(answeredRecord(facts, answer)), ["estimated", 1_000, 4, null]);
});

const failures: [name: string, error: ProviderError, seen: string | null, expected: unknown[]][] = [
  ["costs nothing after an HTTP error", new ProviderError("server", "503", { status: 503 }), null, [
    "none",
    null,
    null,
    null,
  ]],
  [
    "costs all it may have produced after a lost answer",
    new ProviderError("timeout", "silence", { mayBeBilled: true }),
    null,
    [
      "estimated",
      1_000,
      500,
      null,
    ],
  ],
  ["costs what a cut stream had produced", new ProviderError("cut", "cut", { mayBeBilled: true }), "Grüße", [
    "estimated",
    1_000,
    7,
    null,
  ]],
  [
    "never costs more output than was allowed",
    new ProviderError("cut", "cut", { mayBeBilled: true }),
    "x".repeat(900),
    [
      "estimated",
      1_000,
      500,
      null,
    ],
  ],
  [
    "prefers the input the provider already reported",
    new ProviderError("cancelled", "gone", {
      mayBeBilled: true,
      partial: {
        text: "ab",
        usage: { inputTokens: 90, outputTokens: 1, cacheReadInputTokens: 10, cacheWriteInputTokens: 0 },
      },
    }),
    null,
    ["estimated", 90, 2, 10],
  ],
  [
    "is charged as the provider had already counted",
    new ProviderError("cut", "no end marker", {
      mayBeBilled: true,
      partial: {
        text: "abcdef",
        usage: { inputTokens: 90, outputTokens: 2, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
        final: true,
      },
    }),
    "abcdef",
    ["provider", 90, 2, 0],
  ],
];
for (const [name, error, seen, expected] of failures) {
  Deno.test(`failedRecord() ${name}`, () => {
    const record = failedRecord(facts, error, seen);
    assert.deepEqual(tokens(record), expected);
    assert.equal(record.error_code, error.kind);
  });
}

Deno.test("recordCostUsd() is exact, and zero only for what is not billed", () => {
  const usage = { inputTokens: 1_000, outputTokens: 100, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
  assert.equal(recordCostUsd(answeredRecord(facts, { ...answer, usage }), facts.candidate), "0.00021");
  assert.equal(recordCostUsd(failedRecord(facts, new ProviderError("server", "500"), null), facts.candidate), "0");
});

Deno.test("records say images and minutes only where they are billed, at their bounds where a call was lost", () => {
  const eye = { ...facts, images: 3 };
  const priced = { ...facts.candidate, price: { ...facts.candidate.price, image_usd: "0.002" } };
  const usage = { inputTokens: 10, outputTokens: 1, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
  assert.equal(answeredRecord(eye, { ...answer, usage }).images, undefined);
  assert.equal(answeredRecord({ ...eye, candidate: priced }, { ...answer, usage }).images, 3);

  const ear = {
    ...facts,
    audioMs: 90_000,
    candidate: {
      ...facts.candidate,
      price: { ...facts.candidate.price, input_usd_per_mtok: null, audio_minute_usd: "0.006" },
    },
  };
  const heard = answeredRecord(ear, { ...answer, usage: { ...usage, inputTokens: null, audioMs: 83_000 } });
  assert.deepEqual([heard.usage_source, heard.audio_ms, recordCostUsd(heard, ear.candidate)], [
    "provider",
    83_000,
    "0.0083",
  ]);
  const lost = failedRecord(ear, new ProviderError("cut", "Cannot go on", { mayBeBilled: true }), null);
  assert.deepEqual([lost.usage_source, lost.audio_ms, recordCostUsd(lost, ear.candidate)], [
    "estimated",
    90_000,
    "0.009",
  ]);
});

Deno.test("failedRecord() charges a model that thinks unseen for all it was allowed to write, whatever was seen of it", () => {
  const cut = new ProviderError("cut", "Cannot read on", { mayBeBilled: true });
  const lost = (kind: string, model: string) => {
    const asked = candidate(kind, model, { max_output_tokens: 500, kind });
    return tokens(failedRecord({ ...facts, candidate: asked }, cut, "four"))[2];
  };
  assert.deepEqual(
    [lost("openai", "gpt-4o-mini"), lost("openai", "gpt-5"), lost("anthropic", "claude-haiku-4-5")],
    [4, 500, 4],
  );
  assert.deepEqual([lost("anthropic", "claude-opus-5-5"), lost("openai_compatible", "meta-llama/Llama-4-Scout")], [
    500,
    4,
  ]);
});
