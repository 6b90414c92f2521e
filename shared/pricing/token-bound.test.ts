import assert from "node:assert/strict";
import { exactChatTokens, exactTokens } from "./exact-tokens.ts";
import { messageOverheadTokens } from "./message-overhead.ts";
import { rareLetterPairs } from "./rare-letter-pairs.ts";
import { tokenBound, type Tokenizer } from "./token-bound.ts";

const tokenizers: Tokenizer[] = ["o200k_base", "cl100k_base"];

interface TokenTruth {
  id: string;
  text: string;
  o200k_base: number;
  cl100k_base: number;
}

interface ChatTruth {
  id: string;
  messages: { role: string; content: string; name?: string }[];
  o200k_base_with_overhead: number;
}

/** The reference data beside the repository; null where it is not there, which the tests that need it report as ignored. */
function referenceLines<Line>(name: string): Line[] | null {
  try {
    const text = Deno.readTextFileSync(new URL(`../../../shared/data/tokens/${name}`, import.meta.url));
    return text.trimEnd().split("\n").map((line) => JSON.parse(line) as Line);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const tokenTruths = referenceLines<TokenTruth>("token_truth.jsonl");
const chatTruths = referenceLines<ChatTruth>("chat_truth.jsonl");
const ignore = tokenTruths === null || chatTruths === null;

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

Deno.test("tokenBound is never under the exact count of any reference text (needs ../shared/data)", { ignore }, () => {
  for (const truth of tokenTruths ?? []) {
    for (const tokenizer of tokenizers) {
      const bytes = new TextEncoder().encode(truth.text).length;
      assert.ok(tokenBound(truth.text) >= truth[tokenizer], `${truth.id} ${tokenizer}`);
      assert.ok(tokenBound(truth.text, tokenizer) >= truth[tokenizer], `${truth.id} ${tokenizer} tightened`);
      assert.ok(tokenBound(truth.text, tokenizer) <= bytes, `${truth.id} is not tightened but loosened`);
    }
  }
});

Deno.test("exactTokens counts as the reference counts (needs ../shared/data)", { ignore }, async () => {
  for (const truth of tokenTruths ?? []) {
    for (const tokenizer of tokenizers) {
      assert.equal(await exactTokens(truth.text, tokenizer), truth[tokenizer], truth.id);
    }
  }
});

Deno.test("exactChatTokens counts as the reference counts, and the overhead bound holds (needs ../shared/data)", {
  ignore,
}, async () => {
  for (const { id, messages, o200k_base_with_overhead: truth } of chatTruths ?? []) {
    assert.equal(await exactChatTokens(messages, "o200k_base"), truth, id);
    const texts = messages.reduce((sum, { content, name = "" }) => sum + tokenBound(content) + tokenBound(name), 0);
    assert.ok(texts + messageOverheadTokens(messages.length) >= truth, id);
  }
});

Deno.test("tokenBound of prose is well under its bytes where the vocabulary is known", () => {
  const prose = "The quick brown fox jumps over the lazy dog while nobody is watching from the hill. ".repeat(10);
  assert.equal(tokenBound(prose), 840);
  assert.ok(tokenBound(prose, "o200k_base") <= 0.7 * 840);
});

Deno.test("tokenBound holds for 4,000 seeded texts made to break its rules", async () => {
  const below = seeded(4);
  const shapes = [
    () => "aeinqxzjk"[below(9)] ?? "",
    () => String.fromCharCode(97 + below(26)),
    () => String.fromCharCode(65 + below(26)),
    () => String(below(10)),
    () => " ",
    () => " ".repeat(below(200)),
    () => ["'s", "'ll", "'re", "'T", "'x", "''"][below(6)] ?? "",
    () => ["\n", "\t", "\r\n", "\u00a0", "\u0301", "\u0663", "ß", "Ж", "漢", "🙂"][below(10)] ?? "",
    () => '.,;:{}[]"<|>/_-#'[below(15)] ?? "",
  ];
  for (let count = 0; count < 4_000; count++) {
    const favourite = shapes[below(shapes.length)] ?? shapes[0];
    let text = "";
    for (let part = 1 + below(40); part > 0; part--) {
      text += (below(3) > 0 ? favourite : shapes[below(shapes.length)])?.();
    }
    for (const tokenizer of tokenizers) {
      const exact = await exactTokens(text, tokenizer);
      assert.ok(tokenBound(text, tokenizer) >= exact, `${tokenizer}: ${JSON.stringify(text)} is ${exact} tokens`);
    }
  }
});

Deno.test("the rules of tokenBound rest on what the vocabularies really hold", async () => {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const isToken = async (text: string) => {
    const counts = await Promise.all(tokenizers.map((tokenizer) => exactTokens(text, tokenizer)));
    return counts.every((count) => count === 1);
  };
  const rare: string[] = [];
  for (const first of letters) {
    assert.ok(await isToken(` ${first}`) && await isToken(` ${first.toUpperCase()}`));
    for (const second of letters) if (!await isToken(first + second)) rare.push(first + second);
  }
  assert.deepEqual(rare, [...rareLetterPairs].sort());
  for (let count = 1; count < 80; count++) assert.ok(await isToken(" ".repeat(count)), `${count} spaces`);
  for (let number = 0; number < 1000; number++) {
    for (const width of [1, 2, 3]) assert.ok(await isToken(String(number).slice(-width).padStart(width, "0")));
  }
});
