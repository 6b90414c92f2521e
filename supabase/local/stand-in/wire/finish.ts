import type { Answer, Prompt } from "./prompt.ts";
import { anySpecial, countInput, countOutput, tokenizer } from "./count-tokens.ts";

/** Why an answer ended, in OpenAI's words; `stop_sequence` only where the vendor tells it apart. */
export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "stop_sequence";

/** An answer as it is sent: cut where the request says so, and counted. */
export interface FinishedAnswer extends Answer {
  finishReason: FinishReason;
  inputTokens: number;
  outputTokens: number;
  /** The answer's tokens in order, for log-probabilities; empty unless asked for. */
  tokens: string[];
}

/** Applies stop sequences and the cap on tokens, and counts what is left. */
export async function finish(answer: Answer, prompt: Prompt): Promise<FinishedAnswer> {
  const library = await tokenizer();
  const inputTokens = countInput(prompt, library);
  const ends = prompt.stop.map((word) => answer.text.indexOf(word)).filter((at) => at >= 0);
  const stopped = ends.length === 0 ? answer : { ...answer, text: answer.text.slice(0, Math.min(...ends)) };
  const ids = library.encode(stopped.text, anySpecial);
  const cut = prompt.maxTokens !== null && stopped.calls.length === 0 && ids.length > prompt.maxTokens;
  const kept = cut ? ids.slice(0, prompt.maxTokens ?? 0) : ids;
  const final = cut ? { ...stopped, text: library.decode(kept) } : stopped;
  return {
    ...final,
    finishReason: reasonOf(final, cut, ends.length > 0 && prompt.provider === "anthropic"),
    inputTokens,
    outputTokens: countOutput(final, library) * (prompt.choices ?? 1),
    tokens: prompt.logprobs ? kept.map((id) => library.decode([id])) : [],
  };
}

function reasonOf({ calls }: Answer, cut: boolean, stopped: boolean): FinishReason {
  if (calls.length > 0) return "tool_calls";
  return cut ? "length" : stopped ? "stop_sequence" : "stop";
}
