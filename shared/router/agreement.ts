import { similarity } from "./similarity.ts";

/** One answer's vote. */
export interface Vote {
  value: unknown;
  /** Of its model, 0..1. */
  weight: number;
  /** Confidence of its answer, 0..1; null counts as one half. */
  score: number | null;
}

/** How votes were counted. */
export interface Count {
  /** Index of the vote that answers. */
  winner: number;
  /** Mean similarity of the most agreed-with vote to all others, 0..1. */
  share: number;
  /** For each vote, its mean similarity to the others. */
  support: number[];
  method: "majority" | "weighted" | "flagged";
}

/**
 * Counts votes by their VALUES: two sure answers that contradict each other do not agree.
 *
 * From `agree` on, the vote closest to all others wins; from `weighted` on, the one with the most weight × confidence behind it;
 * below, the heaviest single vote is a best guess that a person must look at.
 */
export function countVotes(votes: readonly Vote[], bars: { agree: number; weighted: number }): Count {
  const matrix = votes.map((one) => votes.map((other) => similarity(one.value, other.value)));
  const force = votes.map(({ weight, score }) => weight * (score ?? 0.5));
  const support = matrix.map((row, index) =>
    sum(row.filter((_, other) => other !== index)) / Math.max(1, votes.length - 1)
  );
  const share = Math.max(0, ...support);
  if (share >= bars.agree) return { winner: strongest(support, force), share, support, method: "majority" };
  if (share < bars.weighted) return { winner: strongest(force, support), share, support, method: "flagged" };
  const behind = matrix.map((row) => sum(row.map((likeness, other) => likeness * (force[other] ?? 0))));
  return { winner: strongest(behind, force), share, support, method: "weighted" };
}

/** Index of the largest value; equal ones by the second measure, then the first. */
function strongest(values: readonly number[], ties: readonly number[]): number {
  const order = values.map((_, index) => index);
  order.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || (ties[b] ?? 0) - (ties[a] ?? 0));
  return order[0] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
