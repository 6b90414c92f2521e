import { scoreWith, unpackPhrases } from "@shared/complexity/training/mod.ts";
import { benchmarks, type RoutingRow } from "./routing-data.ts";
import { routerMetrics } from "./router-curve.ts";
import { seededRandom } from "@shared/statistics/mod.ts";
import { type PreparedRow, type Settings, trainModel } from "./train-model.ts";

/** How well settings do on the development rows, by APGR averaged over the benchmarks. */
export interface Trial {
  settings: Settings;
  /** Five folds: each row scored by a model that saw four fifths of every benchmark. */
  known: number;
  /** Each benchmark scored by a model that never saw it. */
  unseen: number;
  /** Scores of the five folds, in the order of the rows. */
  foldScores: number[];
}

/** How much APGR on benchmarks never seen may fall below that of plain length, for the sake of the known ones. */
const allowedLoss = 0.01;

/** Tries settings on development rows. */
export function tryAll(rows: readonly PreparedRow[], candidates: readonly Settings[]): Trial[] {
  return candidates.map((settings) => {
    const foldScores = crossScore(rows, foldsOf(rows), settings);
    const leftOut = crossScore(rows, rows.map(({ benchmark }) => benchmarks.indexOf(benchmark)), settings);
    return { settings, known: meanApgr(rows, foldScores), unseen: meanApgr(rows, leftOut), foldScores };
  });
}

/** The trial to keep: the best on known benchmarks among those that hardly lose to length alone on benchmarks never seen. */
export function bestTrial(rows: readonly PreparedRow[], trials: readonly Trial[]): Trial {
  const byLength = meanApgr(rows, rows.map(({ prompt }) => prompt.length));
  const [first, ...others] = trials.filter(({ unseen }) => unseen >= byLength - allowedLoss);
  if (first === undefined) throw new Error("Cannot choose: every trial loses to length alone on benchmarks never seen");
  return others.reduce((best, trial) => trial.known > best.known ? trial : best, first);
}

/** The score of each row by a model trained on the other groups. */
function crossScore(rows: readonly PreparedRow[], groups: readonly number[], settings: Settings): number[] {
  const scores = rows.map(() => 0);
  for (const group of new Set(groups)) {
    const score = scorer(rows.filter((_, i) => groups[i] !== group), settings);
    rows.forEach((row, i) => {
      if (groups[i] === group) scores[i] = score(row);
    });
  }
  return scores;
}

/** A function that scores by a model trained on these rows. */
export function scorer(rows: readonly PreparedRow[], settings: Settings): (row: RoutingRow) => number {
  const model = trainModel(rows, settings);
  const phrases = unpackPhrases(model.phrases);
  return (row) => scoreWith(model, phrases, row.prompt).score;
}

function foldsOf(rows: readonly PreparedRow[]): number[] {
  const random = seededRandom(1);
  return rows.map(() => Math.floor(random() * 5));
}

function meanApgr(rows: readonly PreparedRow[], scores: readonly number[]): number {
  const figures = benchmarks.map((benchmark) =>
    routerMetrics(
      rows.flatMap(({ benchmark: own, weak, strong }, i) =>
        own === benchmark ? [{ score: scores[i] ?? 0, weak, strong }] : []
      ),
    ).apgr
  );
  return figures.reduce((sum, apgr) => sum + apgr, 0) / figures.length;
}
