import type { RoutingRow } from "./routing-data.ts";

/** Dollars per million tokens. */
interface TokenPrice {
  input: number;
  output: number;
}

/** List prices when the answers were made (OpenAI for GPT-4-1106-preview; Mixtral-8x7B as together.ai sold it). */
const prices: Record<"weak" | "strong", TokenPrice> = {
  weak: { input: 0.6, output: 0.6 },
  strong: { input: 10, output: 30 },
};

/** Tokens of an answer where the benchmark keeps none: MMLU's is one letter. */
const letterTokens = 1;

/** What a router's choice costs. */
export interface RouteCost {
  /** Dollars at the first point that recovers this share of the gap, as a share of always asking the strong model. */
  atHalf: number | null;
  atFourFifths: number | null;
  /** Always the weak model, as a share of always the strong one; above 1 the "weak" model is the dearer. */
  alwaysWeak: number;
}

/** What a row costs with each model: real dollars where known, else four characters a token at list prices. */
export function costsOf({ prompt, costUsd, answerCharacters }: RoutingRow): { weak: number; strong: number } {
  if (costUsd !== null) return costUsd;
  const cost = (model: "weak" | "strong") => {
    const output = answerCharacters === null ? letterTokens : answerCharacters[model] / 4;
    return (prompt.length / 4 * prices[model].input + output * prices[model].output) / 1e6;
  };
  return { weak: cost("weak"), strong: cost("strong") };
}

/** Cost of sending the highest scores to the strong model until half and four fifths of the gap are recovered. */
export function routeCost(rows: readonly RoutingRow[], scores: readonly number[]): RouteCost {
  const costs = rows.map(costsOf);
  const always = (model: "weak" | "strong") => costs.reduce((sum, cost) => sum + cost[model], 0);
  const gap = rows.reduce((sum, { weak, strong }) => sum + strong - weak, 0);
  const order = rows.map((_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  let spent = always("weak");
  let gained = 0;
  const found: Record<string, number> = {};
  for (const index of order) {
    const row = rows[index];
    const cost = costs[index];
    if (row === undefined || cost === undefined) continue;
    gained += row.strong - row.weak;
    spent += cost.strong - cost.weak;
    for (const share of [0.5, 0.8]) if (gained >= share * gap) found[share] ??= spent / always("strong");
  }
  return {
    atHalf: found[0.5] ?? null,
    atFourFifths: found[0.8] ?? null,
    alwaysWeak: always("weak") / always("strong"),
  };
}

/** What sending a random share of requests to the strong model costs: the line between always weak and always strong. */
export function randomCost({ alwaysWeak }: RouteCost, share: number): number {
  return alwaysWeak + share * (1 - alwaysWeak);
}
