import type { Candidate } from "@shared/budget/mod.ts";

/** How much a model's vote weighs, by family. First match counts. */
const FAMILIES: readonly [name: RegExp, weight: number][] = [
  [/llama/, 0.7],
  [/haiku/, 0.85],
  [/sonnet/, 0.95],
  [/gpt-5(?!.*(mini|nano))/, 1],
];
/** For families without a weight of their own. */
const TIERS = { small: 0.8, large: 0.9, frontier: 1 } as const;

/** Weight of a model's vote in a consensus, 0.7 to 1. */
export function voteWeight({ model, tier }: Pick<Candidate, "model" | "tier">): number {
  return FAMILIES.find(([name]) => name.test(model.toLowerCase()))?.[1] ?? TIERS[tier];
}
