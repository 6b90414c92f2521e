/** How much what was said before counts, 0 to 1 both: against the question, and what a message loses against the one after it. */
export interface HistoryWeights {
  weight: number;
  decay: number;
}

/** The question's vector turned towards what was said before it, the latest last. Its length means nothing: cosines compare it. */
export function blendHistory(
  question: readonly number[],
  before: readonly (readonly number[])[],
  { weight, decay }: HistoryWeights,
): readonly number[] {
  if (before.length === 0 || weight === 0) return question;
  const shares = before.map((_, index) => (1 - decay) ** (before.length - 1 - index));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const directions = before.map(unit);
  return unit(question).map((number, at) =>
    (1 - weight) * number +
    weight * directions.reduce((sum, vector, index) => sum + (shares[index] ?? 0) * (vector[at] ?? 0), 0) / total
  );
}

function unit(vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((number) => number / length);
}
