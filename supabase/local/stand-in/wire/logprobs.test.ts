import { equal, ok } from "node:assert/strict";
import type { FinishedAnswer } from "./finish.ts";
import { logprobsOf } from "./logprobs.ts";

Deno.test("logprobsOf() has the model's confidence as its geometric mean, whatever the number of tokens", () => {
  for (const tokens of [["a"], ["a", "b"], ["a", "b", "c"]]) {
    const answer: FinishedAnswer = {
      text: "",
      calls: [],
      confidence: 0.6,
      finishReason: "stop",
      inputTokens: 1,
      outputTokens: 1,
      tokens,
    };
    const values = (logprobsOf(answer, "openai")["content"] as { logprob: number }[]).map(({ logprob }) => logprob);
    equal(values.length, tokens.length);
    ok(values.every((value) => value < 0));
    ok(Math.abs(Math.exp(values.reduce((sum, value) => sum + value, 0) / values.length) - 0.6) < 1e-9);
  }
});
