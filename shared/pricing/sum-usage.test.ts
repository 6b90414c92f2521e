import assert from "node:assert/strict";
import { sumCounts, sumUsage } from "./sum-usage.ts";

const known = { inputTokens: 10, outputTokens: 2, cacheReadInputTokens: 0, cacheWriteInputTokens: null };

Deno.test("sumUsage adds field by field and keeps an unknown field unknown", () => {
  assert.deepEqual(sumUsage([known, { ...known, outputTokens: null, cacheWriteInputTokens: 4 }]), {
    inputTokens: 20,
    outputTokens: null,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: null,
  });
});

Deno.test("sumUsage of no calls, or with a call whose usage is missing, is unknown", () => {
  assert.equal(sumUsage([]), null);
  assert.equal(sumUsage([known, null]), null);
});

Deno.test("sumCounts does not confuse zero with unknown", () => {
  assert.equal(sumCounts([0, 0]), 0);
  assert.equal(sumCounts([0, null]), null);
});

Deno.test("sumUsage adds images, and milliseconds of audio unless one of them is unknown", () => {
  const heard = (audioMs: number | null) => ({ ...known, images: 2, audioMs });
  assert.deepEqual(sumUsage([known, heard(1500), heard(500)]), {
    inputTokens: 30,
    outputTokens: 6,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: null,
    images: 4,
    audioMs: 2000,
  });
  assert.equal(sumUsage([heard(1500), heard(null)])?.audioMs, null);
});
