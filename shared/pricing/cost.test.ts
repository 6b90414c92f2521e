import assert from "node:assert/strict";
import { boundUsd, costUsd } from "./cost.ts";
import type { Price, Usage } from "./usage.ts";

const miniPrice = {
  id: "00000000-0000-0000-0000-000000000001",
  input_usd_per_mtok: "0.15",
  output_usd_per_mtok: "0.60",
  cache_read_usd_per_mtok: "0.075",
  cache_write_usd_per_mtok: null,
} satisfies Price;

/** As whisper-1 is sold: by the minute alone. */
const minutePrice: Price = {
  id: "00000000-0000-0000-0000-000000000002",
  input_usd_per_mtok: null,
  output_usd_per_mtok: "0",
  cache_read_usd_per_mtok: null,
  cache_write_usd_per_mtok: null,
  audio_minute_usd: "0.006",
};

function usage(input: number | null, output: number | null, read: number | null = 0, write: number | null = 0): Usage {
  return { inputTokens: input, outputTokens: output, cacheReadInputTokens: read, cacheWriteInputTokens: write };
}

/** The same sum in one fraction over 10^12 · 10^6, rounded once: shares no code with what it checks. */
function slowCost(
  price: Price & { input_usd_per_mtok: string },
  { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens }: Usage,
): string {
  const perPico = (text: string): bigint => {
    const [whole = "0", fraction = ""] = text.split(".");
    return BigInt(whole) * 10n ** 12n + BigInt(fraction.padEnd(12, "0"));
  };
  const read = BigInt(cacheReadInputTokens ?? 0);
  const write = BigInt(cacheWriteInputTokens ?? 0);
  const rest = BigInt(inputTokens ?? 0) - read - write;
  const total = (rest < 0n ? 0n : rest) * perPico(price.input_usd_per_mtok) +
    read * perPico(price.cache_read_usd_per_mtok ?? price.input_usd_per_mtok) +
    write * perPico(price.cache_write_usd_per_mtok ?? price.input_usd_per_mtok) +
    BigInt(outputTokens ?? 0) * perPico(price.output_usd_per_mtok);
  let picos = total / 1_000_000n;
  if (total % 1_000_000n >= 500_000n) picos += 1n;
  return `${picos / 10n ** 12n}.${String(picos % 10n ** 12n).padStart(12, "0")}`.replace(/\.?0+$/, "");
}

/** Numerical Recipes' generator: the same cases on every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

Deno.test("costUsd prices an input by the context tier it fell in, whatever its bound was", () => {
  const short: Price = { ...miniPrice, id: "00000000-0000-0000-0000-000000000003", from_input_tokens: 0 };
  const long: Price = {
    ...miniPrice,
    input_usd_per_mtok: "0.30",
    output_usd_per_mtok: "0.90",
    from_input_tokens: 1000,
    shorter: [short],
  };
  assert.equal(costUsd(long, usage(999, 10)), costUsd(short, usage(999, 10)));
  assert.equal(costUsd(long, usage(1000, 10)), "0.000309");
  assert.equal(boundUsd(long, { inputTokens: 1000, outputTokens: 10 }), "0.000309");
  assert.equal(costUsd(long, usage(null, 10)), null);
});

Deno.test("costUsd prices cached tokens inside the input, never on top of it", () => {
  assert.equal(costUsd(miniPrice, usage(812, 64)), "0.0001602");
  assert.equal(costUsd(miniPrice, usage(1000, 0, 1000)), "0.000075");
  assert.equal(costUsd(miniPrice, usage(1000, 0, 400, 100)), "0.00012");
});

Deno.test("costUsd uses the input price where a cache price is unknown", () => {
  const price = { ...miniPrice, cache_read_usd_per_mtok: null, cache_write_usd_per_mtok: "0.1875" };
  assert.equal(costUsd(price, usage(1000, 0, 1000)), "0.00015");
  assert.equal(costUsd(price, usage(1000, 0, 0, 1000)), "0.0001875");
});

Deno.test("costUsd is unknown where tokens are unknown, and zero where they are zero", () => {
  assert.equal(costUsd(miniPrice, null), null);
  assert.equal(costUsd(miniPrice, usage(null, 5)), null);
  assert.equal(costUsd(miniPrice, usage(5, null)), null);
  assert.equal(costUsd(miniPrice, usage(10, 0, null, null)), "0.0000015");
  assert.equal(costUsd(miniPrice, usage(0, 0)), "0");
});

Deno.test("costUsd never lets a provider's excess of cached tokens lower the bill", () => {
  assert.equal(costUsd(miniPrice, usage(10, 0, 20)), "0.0000015");
});

Deno.test("costUsd rounds to 12 decimals, halves away from zero", () => {
  const price = { ...miniPrice, input_usd_per_mtok: "0.0000005", output_usd_per_mtok: "0.00000049" };
  assert.equal(costUsd(price, usage(1, 0)), "0.000000000001");
  assert.equal(costUsd(price, usage(0, 1)), "0");
});

Deno.test("costUsd agrees with a slow exact reference in 5,000 seeded cases", () => {
  const below = seeded(20261121);
  const amount = () => `${below(200)}.${String(below(10 ** 9)).padStart(9, "0")}`;
  for (let count = 0; count < 5_000; count++) {
    const price = {
      id: "seeded",
      input_usd_per_mtok: amount(),
      output_usd_per_mtok: amount(),
      cache_read_usd_per_mtok: below(3) === 0 ? null : amount(),
      cache_write_usd_per_mtok: below(3) === 0 ? null : amount(),
    };
    const input = below(2_000_000);
    const tokens = usage(input, below(200_000), below(input + 1), below(3) === 0 ? null : below(1000));
    assert.equal(costUsd(price, tokens), slowCost(price, tokens), JSON.stringify({ price, tokens }));
  }
});

Deno.test("boundUsd counts input at the dearer of the input and the cache-write price", () => {
  assert.equal(boundUsd(miniPrice, { inputTokens: 1000, outputTokens: 100 }), "0.00021");
  const writing = { ...miniPrice, cache_write_usd_per_mtok: "0.1875" };
  assert.equal(boundUsd(writing, { inputTokens: 1000, outputTokens: 100 }), "0.0002475");
  const cheapWrites = { ...miniPrice, cache_write_usd_per_mtok: "0.1" };
  assert.equal(boundUsd(cheapWrites, { inputTokens: 1000, outputTokens: 100 }), "0.00021");
});

Deno.test("costUsd prices audio by the minute, to the last digit", () => {
  const heard = (audioMs: number | null): Usage => ({ ...usage(null, null), audioMs });
  assert.equal(costUsd(minutePrice, heard(60_000)), "0.006");
  assert.equal(costUsd(minutePrice, heard(1_000)), "0.0001");
  // 7 ms × 0.006 / 60,000 = 0.0000007 exactly; 1 ms × 0.01 / 60,000 = 0.000000166666…
  assert.equal(costUsd(minutePrice, heard(7)), "0.0000007");
  assert.equal(costUsd({ ...minutePrice, audio_minute_usd: "0.01" }, heard(1)), "0.000000166667");
  assert.equal(costUsd(minutePrice, heard(0)), "0");
});

Deno.test("costUsd does not know what audio of unknown length costs, nor a model sold by nothing it was told", () => {
  assert.equal(costUsd(minutePrice, { ...usage(10, 10), audioMs: null }), null);
  assert.equal(costUsd(minutePrice, usage(10, 10)), null);
  assert.equal(costUsd({ ...miniPrice, audio_minute_usd: "0.006" }, { ...usage(10, 0), audioMs: null }), null);
  assert.equal(costUsd({ ...miniPrice, audio_minute_usd: "0.006" }, usage(10, 0)), "0.0000015");
});

Deno.test("costUsd adds images and minutes to the tokens beside them", () => {
  const price = { ...miniPrice, image_usd: "0.0025", audio_minute_usd: "0.006" };
  // 812 × 0.15 + 64 × 0.60 per million, 3 × 0.0025, 90 s × 0.006 a minute.
  assert.equal(costUsd(price, { ...usage(812, 64), images: 3, audioMs: 90_000 }), "0.0166602");
  assert.equal(costUsd(miniPrice, { ...usage(812, 64), images: 3, audioMs: 90_000 }), "0.0001602");
});

Deno.test("boundUsd counts images and audio at their bounds, and refuses to bound minutes nobody counted", () => {
  assert.equal(boundUsd(minutePrice, { inputTokens: 0, outputTokens: 0, audioMs: 120_000 }), "0.012");
  const price = { ...miniPrice, image_usd: "0.0025" };
  assert.equal(boundUsd(price, { inputTokens: 1000, outputTokens: 100, images: 2 }), "0.00521");
  assert.throws(() => boundUsd(minutePrice, { inputTokens: 10, outputTokens: 10 }), RangeError);
});
