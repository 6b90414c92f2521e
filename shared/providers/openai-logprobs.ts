import { list, record } from "./json-value.ts";

/** Reads the chosen tokens' log-probabilities: OpenAI's `content[].logprob` or Together's `token_logprobs`. Null when there are none. */
export function openAiLogprobs(logprobs: unknown): number[] | null {
  const { content, token_logprobs } = record(logprobs);
  const values = Array.isArray(content) ? content.map((token) => record(token).logprob) : list(token_logprobs);
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.length === 0 ? null : numbers;
}
