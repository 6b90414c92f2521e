import assert from "node:assert/strict";
import { type ListedPrice, pricesOn, readPriceList } from "./price-list.ts";

/**
 * Every stored price is compared with independent lists where they are present: prices transcribed from LiteLLM's table of
 * 1 August 2026, and of newer models from several public files. A difference needs its reason here.
 */
const DIFFERENCES: Record<string, string> = {
  "claude-sonnet-5-5 cacheRead 0.2, listed 0.1":
    "the list's own sources disagree; two change logs say 0.20 until 6 October 2026 and 0.10 from then on",
  "Qwen/Qwen3-235B-A22B-Instruct-2507-tput output 0.6, listed 6":
    "the list itself calls 6.0 a slip of the decimal point",
};

/** Priced here although neither list has them: audio and moderation, and models newer than both. */
const UNLISTED = [
  "gpt-4o-mini-transcribe",
  "gpt-4o-transcribe",
  "gpt-6.1-sol",
  "gpt-6.2-sol",
  "omni-moderation-latest",
];

type Figure = "input" | "output" | "cacheRead" | "cacheWrite" | "batchInput" | "batchOutput";

/** What a list says of one model and context tier; undefined = it says nothing about that figure. */
type Listing = Partial<Record<Figure, number>>;

interface PublicRow {
  model: string;
  [field: string]: unknown;
}

const migration = new URL("../../migrations/20261121000430_price_list.sql", import.meta.url);
const prices = readPriceList(await Deno.readTextFile(migration));

const dataFolder = new URL("../../../shared/data/prices/", import.meta.url);
const [older, newer] = await Promise.all([readJson("litellm_prices.json"), readJson("recent_prices.json")]);

Deno.test("the price list can be read: at least forty models of three providers", () => {
  assert.ok(new Set(prices.map(({ model }) => model)).size >= 40);
  assert.deepEqual(new Set(prices.map(({ provider }) => provider)), new Set(["openai", "anthropic", "together"]));
});

Deno.test("a cached token never costs more than a fresh one, and a batch never more than a request", () => {
  for (const price of prices) {
    assert.ok((price.cacheRead ?? 0) <= (price.input ?? 0), price.model);
    assert.ok((price.batchInput ?? 0) <= (price.input ?? 0), price.model);
    assert.ok((price.batchOutput ?? 0) <= (price.output ?? 0), price.model);
  }
});

const ignore = older === null || newer === null;

Deno.test("every price agrees with the public lists, or says why not (needs ../shared/data)", { ignore }, () => {
  const found = [
    ...differences(pricesOn(prices, "2026-08-01"), listedBy(older ?? [], readOlder)),
    ...differences(pricesOn(prices, "2026-10-03"), listedBy(newer ?? [], readNewer)),
  ];
  assert.deepEqual(found.toSorted(), Object.keys(DIFFERENCES).toSorted());
});

Deno.test("every priced model is in a public list, or known to be in none (needs ../shared/data)", { ignore }, () => {
  const listed = new Set([...listedBy(older ?? [], readOlder).keys(), ...listedBy(newer ?? [], readNewer).keys()]);
  const unlisted = new Set(prices.filter(({ model }) => !listed.has(`${model} 0`)).map(({ model }) => model));
  assert.deepEqual([...unlisted].toSorted(), UNLISTED);
});

async function readJson(name: string): Promise<PublicRow[] | null> {
  try {
    return JSON.parse(await Deno.readTextFile(new URL(name, dataFolder))).models;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function listedBy(rows: PublicRow[], read: (row: PublicRow) => Map<number, Listing>): Map<string, Listing> {
  const listings = new Map<string, Listing>();
  for (const row of rows) {
    const model = row.model.replace(/^together_ai\//, "");
    for (const [minInputTokens, listing] of read(row)) listings.set(`${model} ${minInputTokens}`, listing);
  }
  return listings;
}

function readOlder(row: PublicRow): Map<number, Listing> {
  const tiers = new Map([[0, {
    ...figure("input", row.input_per_mtok),
    ...figure("output", row.output_per_mtok),
    ...figure("cacheRead", row.cache_read_input_token_per_mtok),
    ...figure("cacheWrite", row.cache_creation_input_token_per_mtok),
    ...figure("batchInput", row.input_batches_per_mtok),
    ...figure("batchOutput", row.output_batches_per_mtok),
  } as Listing]]);
  for (const [suffix, minInputTokens] of [["200k", 200_001], ["272k", 272_001]] as const) {
    const above = {
      ...figure("input", row[`input_above_${suffix}_tokens_per_mtok`]),
      ...figure("output", row[`output_above_${suffix}_tokens_per_mtok`]),
      ...figure("cacheRead", row[`cache_read_input_token_above_${suffix}_tokens_per_mtok`]),
    };
    if (Object.keys(above).length > 0) tiers.set(minInputTokens, above);
  }
  return tiers;
}

function readNewer(row: PublicRow): Map<number, Listing> {
  const tiers = new Map([[0, readNewerTier(row)]]);
  if (typeof row.tier_above_prompt_tokens === "number") {
    tiers.set(row.tier_above_prompt_tokens + 1, readNewerTier(row.above as PublicRow));
  }
  return tiers;
}

function readNewerTier(row: PublicRow): Listing {
  return {
    ...figure("input", row.input),
    ...figure("output", row.output),
    ...figure("cacheRead", row.cache_read),
    ...figure("cacheWrite", row.cache_write ?? row.cache_write_5m),
  };
}

function figure(name: Figure, value: unknown): Listing {
  return typeof value === "number" ? { [name]: value } : {};
}

function differences(stored: ListedPrice[], listings: Map<string, Listing>): string[] {
  return stored.flatMap((price) => {
    const listing = listings.get(`${price.model} ${price.minInputTokens}`);
    return Object.entries(listing ?? {})
      .filter(([name, value]) => price[name as Figure] !== value)
      .map(([name, value]) => `${price.model} ${name} ${price[name as Figure]}, listed ${value}`);
  });
}
