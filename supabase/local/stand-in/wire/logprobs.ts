import type { FinishedAnswer } from "./finish.ts";
import type { Json, ProviderName } from "./prompt.ts";

/**
 * Log-probabilities of an answer's tokens, in the vendor's form. They scatter around the model's confidence and their mean is its
 * logarithm exactly, so that the confidence a reader computes from them is the model's own.
 */
export function logprobsOf({ tokens, confidence }: FinishedAnswer, provider: ProviderName): Json {
  const mean = Math.log(confidence);
  const values = tokens.map((_, index) => {
    // Pairs of a surer and a less sure token; an odd one out is average.
    const paired = index % 2 === 0 ? index + 1 < tokens.length : true;
    return paired ? mean * (index % 2 === 0 ? 0.5 : 1.5) : mean;
  });
  const content = tokens.map((token, index) => ({
    token,
    logprob: values[index] ?? mean,
    bytes: Array.from(new TextEncoder().encode(token)),
    top_logprobs: [],
  }));
  return provider === "together" ? { tokens, token_logprobs: values, content } : { content, refusal: null };
}
