import { equal, ok } from "node:assert/strict";
import { confidenceOf, modelSize } from "./model-size.ts";

Deno.test("modelSize() reads family words and parameter counts", () => {
  const sizes: Record<string, string> = {
    "gpt-4o-mini": "small",
    "claude-haiku-4-5-20251001": "small",
    "meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo": "small",
    "gpt-5-nano": "small",
    "gpt-4o": "large",
    "claude-sonnet-4-5": "large",
    "meta-llama/Llama-3.3-70B-Instruct-Turbo": "large",
    "gpt-5": "frontier",
    "claude-opus-5-5": "frontier",
    "meta-llama/Meta-Llama-3.1-405B-Instruct": "frontier",
  };
  for (const [model, size] of Object.entries(sizes)) equal(modelSize(model), size, model);
});

Deno.test("confidenceOf() grows with the model, and the more so the harder the input", () => {
  const models = ["gpt-4o-mini", "gpt-4o", "gpt-5"];
  const [small = 0, large = 0, frontier = 0] = models.map((model) => confidenceOf(model, 0.4));
  ok(small < large && large < frontier);
  const easy = models.map((model) => confidenceOf(model, 0.95));
  ok((easy[2] ?? 0) - (easy[0] ?? 0) < frontier - small);
});
