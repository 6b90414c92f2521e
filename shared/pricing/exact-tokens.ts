import type { Tokenizer } from "./token-bound.ts";

/**
 * The exact number of tokens of a text, special tokens counted as the plain text they are. Loads a vocabulary of about
 * 2 MB on first use, so it has no place on the way to a first answer: that is what `tokenBound` is for.
 */
export async function exactTokens(text: string, tokenizer: Tokenizer): Promise<number> {
  const { countTokens } = tokenizer === "o200k_base"
    ? await import("gpt-tokenizer/encoding/o200k_base")
    : await import("gpt-tokenizer/encoding/cl100k_base");
  return countTokens(text, { disallowedSpecial: new Set() });
}

/**
 * The exact number of tokens of a conversation in OpenAI's chat format: 3 for each message and its role, 1 more for a name,
 * 3 for the start of the answer.
 *
 * @see https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken (2026-11-21)
 */
export async function exactChatTokens(
  messages: { role: string; content: string; name?: string }[],
  tokenizer: Tokenizer,
): Promise<number> {
  let tokens = 3;
  for (const { role, content, name } of messages) {
    tokens += 3 + await exactTokens(role, tokenizer) + await exactTokens(content, tokenizer);
    if (name !== undefined) tokens += 1 + await exactTokens(name, tokenizer);
  }
  return tokens;
}
