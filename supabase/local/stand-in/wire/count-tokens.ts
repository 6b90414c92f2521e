import type { Answer, Prompt } from "./prompt.ts";

type Tokenizer = typeof import("gpt-tokenizer/encoding/o200k_base");
let loading: Promise<Tokenizer> | undefined;

/** The tokenizer of OpenAI's models. It takes 80 MB, so it is loaded with the first request and not with the stack. */
export function tokenizer(): Promise<Tokenizer> {
  return loading ??= import("gpt-tokenizer/encoding/o200k_base");
}

// OpenAI's cost of an image at low detail, and of the frame around a message and around the whole prompt.
const imageTokens = 85;
const messageTokens = 4;
const promptTokens = 3;

/** Input tokens of a prompt, counted as OpenAI counts them; other vendors' tokenizers are not public. */
export function countInput(prompt: Prompt, { countTokens }: Tokenizer): number {
  let tokens = promptTokens;
  if (prompt.system !== "") tokens += messageTokens + countTokens(prompt.system, anySpecial);
  for (const turn of prompt.turns) {
    tokens += messageTokens + countTokens(turn.text, anySpecial);
    if (turn.role === "user") tokens += turn.images * imageTokens;
    if (turn.role === "assistant" && turn.calls.length > 0) {
      tokens += countTokens(JSON.stringify(turn.calls), anySpecial);
    }
  }
  if (prompt.schema !== null) tokens += countTokens(JSON.stringify(prompt.schema), anySpecial);
  if (prompt.tools.length > 0) tokens += countTokens(JSON.stringify(prompt.tools), anySpecial);
  return tokens;
}

/** Output tokens of an answer. */
export function countOutput({ text, calls }: Answer, { countTokens }: Tokenizer): number {
  return calls.reduce(
    (sum, call) => sum + countTokens(call.name) + countTokens(call.arguments),
    countTokens(text, anySpecial),
  );
}

/** Text such as `<|endoftext|>` in a prompt is text, not a command. */
export const anySpecial = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
