import { complexity } from "../../../shared/complexity/mod.ts";
import type { RoutingRow } from "../../training/routing-data.ts";

/** One request as both models would have answered it. */
export interface KnownRequest {
  complexity: number;
  inputTokens: number;
  outputTokens: { small: number; large: number };
  /** US dollars of one call. */
  costUsd: { small: number; large: number };
  /** Whether the small model's answer is found too weak, and so escalates. */
  smallIsWeak: boolean;
}

/** Prices of the two models, US dollars per million tokens: as the answers' makers paid them. */
export const PRICES = { small: { input: 0.6, output: 0.6 }, large: { input: 10, output: 30 } };

/**
 * Traffic of which everything is known: prompts of a benchmark, with an imperfect judge who sees four of five wrong answers of the
 * small model and distrusts one right answer in seven.
 */
export function knownTraffic(rows: readonly RoutingRow[], random: () => number): KnownRequest[] {
  return rows.map((row) => {
    const inputTokens = Math.max(1, Math.round(row.prompt.length / 4));
    const output = (model: "weak" | "strong") => Math.max(1, Math.round((row.answerCharacters?.[model] ?? 4) / 4));
    const outputTokens = { small: output("weak"), large: output("strong") };
    const cost = (tier: "small" | "large") =>
      (inputTokens * PRICES[tier].input + outputTokens[tier] * PRICES[tier].output) / 1e6;
    const chance = row.weak >= 0.5 ? 1 / 7 : 4 / 5;
    return {
      complexity: Number(complexity(row.prompt).score.toFixed(6)),
      inputTokens,
      outputTokens,
      costUsd: { small: cost("small"), large: cost("large") },
      smallIsWeak: random() < chance,
    };
  });
}

/** A policy as far as these requests are concerned. */
export interface KnownPolicy {
  name: string;
  /** From this complexity on a request starts large; null = never. */
  largeFrom: number | null;
  baseTier: "small" | "large";
  maxEscalations: number;
}

/** What really becomes of a request under a policy. */
export function outcomeOf(request: KnownRequest, policy: KnownPolicy) {
  const large = policy.baseTier === "large" || policy.largeFrom !== null && request.complexity >= policy.largeFrom;
  const escalated = !large && request.smallIsWeak && policy.maxEscalations > 0;
  const costUsd = (large ? 0 : request.costUsd.small) + (large || escalated ? request.costUsd.large : 0);
  return { tier: large ? "large" as const : "small" as const, escalated, costUsd };
}
