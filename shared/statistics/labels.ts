/** A score that was given and whether the answer turned out right. */
export interface Label {
  /** The score or probability as it was said, 0 to 1. */
  score: number;
  correct: boolean;
}

/** A row of labels with the same score. */
export interface ScoreGroup {
  score: number;
  count: number;
  correct: number;
}

/** Labels by rising score, equal scores together: ties are one point, whatever order they came in. */
export function groupByScore(labels: readonly Label[]): ScoreGroup[] {
  const groups = new Map<number, ScoreGroup>();
  for (const { score, correct } of labels) {
    const group = groups.get(score) ?? { score, count: 0, correct: 0 };
    group.count += 1;
    group.correct += correct ? 1 : 0;
    groups.set(score, group);
  }
  return [...groups.values()].sort((a, b) => a.score - b.score);
}
