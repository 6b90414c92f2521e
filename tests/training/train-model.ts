import {
  type ComplexityModel,
  hashPhrase,
  knownPhrases,
  packPhrases,
  phraseValues,
  readText,
  shapeFeatures,
  type ShapeWeight,
  standardize,
} from "@shared/complexity/training/mod.ts";
import { fitLogistic, linearSum, type SparseRow } from "./fit-logistic.ts";
import { type Benchmark, benchmarks, type RoutingRow } from "./routing-data.ts";

/** A row with its features, read once. */
export interface PreparedRow extends RoutingRow {
  shape: Record<string, number>;
  phrases: Map<string, number>;
}

/** What is chosen by cross-validation. */
export interface Settings {
  /** Ridge penalty of the standardised hand-named features. */
  shapePenalty: number;
  /** Ridge penalty of the phrase values; null trains without phrases. */
  phrasePenalty: number | null;
}

/** Weight of a row of each benchmark: the small ones count double, since our traffic is not multiple choice. */
const importance: Record<Benchmark, number> = { mmlu: 1, gsm8k: 2, routerarena: 2 };

/** A phrase is known when this many training texts hold it; fewer when there are few texts. */
const phraseTexts = (rows: number) => rows < 1_500 ? 10 : 20;

/** Reads the features of rows. */
export function prepare(rows: readonly RoutingRow[]): PreparedRow[] {
  return rows.map((row) => {
    const text = readText(row.prompt);
    return { ...row, shape: shapeFeatures(text), phrases: phraseValues(text) };
  });
}

/**
 * Trains on who won: the target is `(1 + strong - weak) / 2`, the chance that the strong model's answer beats the weak one's with draws
 * counted half. Each benchmark has an intercept of its own that is thrown away, so the model learns what makes a prompt
 * harder than its neighbours and not which benchmark it is from.
 */
export function trainModel(rows: readonly PreparedRow[], settings: Settings): ComplexityModel {
  const shape = measureShape(rows);
  const known = settings.phrasePenalty === null ? new Map<string, number>() : rarityOfPhrases(rows);
  const shapeNames = Object.keys(shape);
  const phraseNames = [...known.keys()];
  const columnOf = new Map(phraseNames.map((phrase, i) => [phrase, shapeNames.length + i]));
  const shapeScale = 1 / Math.sqrt(settings.shapePenalty);
  const phraseScale = 1 / Math.sqrt(settings.phrasePenalty ?? 1);

  const toSparse = (row: PreparedRow): SparseRow => {
    const sparse: SparseRow = { columns: [], values: [] };
    shapeNames.forEach((name, column) => {
      const value = standardize(row.shape[name] ?? 0, shape[name] ?? { mean: 0, deviation: 1 });
      sparse.columns.push(column);
      sparse.values.push(value * shapeScale);
    });
    for (const { phrase, value } of knownPhrases(row.phrases, (phrase) => columnOf.has(phrase))) {
      sparse.columns.push(columnOf.get(phrase) ?? 0);
      sparse.values.push(value * (known.get(phrase) ?? 0) * phraseScale);
    }
    return sparse;
  };
  const sparseRows = rows.map(toSparse);
  const features = shapeNames.length + phraseNames.length;
  const withBenchmark = sparseRows.map((row, i) => ({
    columns: [...row.columns, features + benchmarks.indexOf(rows[i]?.benchmark ?? "mmlu")],
    values: [...row.values, 1],
  }));
  const importances = rows.map((row) => importance[row.benchmark]);
  const { weights } = fitLogistic(withBenchmark, {
    targets: rows.map((row) => (1 + row.strong - row.weak) / 2),
    importance: importances,
    columns: features + benchmarks.length,
  });

  const phraseWeights = new Map<number, number>();
  phraseNames.forEach((phrase, i) => {
    const hash = hashPhrase(phrase);
    if (phraseWeights.has(hash)) throw new Error(`Cannot train: two phrases share the hash of "${phrase}"`);
    phraseWeights.set(hash, (weights[shapeNames.length + i] ?? 0) * (known.get(phrase) ?? 0) * phraseScale);
  });
  const sums = sparseRows.map((row) => linearSum(row, weights));
  const center = weightedMean(sums, importances);
  const variance = weightedMean(sums.map((sum) => (sum - center) ** 2), importances);
  return {
    shape: Object.fromEntries(shapeNames.map((name, i) => {
      const { mean = 0, deviation = 1 } = shape[name] ?? {};
      return [name, { mean, deviation, weight: (weights[i] ?? 0) * shapeScale }];
    })),
    phrases: packPhrases(phraseWeights),
    languageShift: {},
    center,
    // A logistic distribution with this standard deviation has this scale: scores of training texts spread evenly over 0 to 1.
    spread: Math.sqrt(3 * variance) / Math.PI,
  };
}

/** The model with its spread taken from texts it did not train on: on its own training texts it is too sure of itself. */
export function withSpread(model: ComplexityModel, foldScores: readonly number[]): ComplexityModel {
  const sums = foldScores.map((score) => Math.log(score / (1 - score)) * model.spread);
  const mean = sums.reduce((sum, value) => sum + value, 0) / sums.length;
  const variance = sums.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sums.length;
  return { ...model, center: model.center + mean, spread: Math.sqrt(3 * variance) / Math.PI };
}

/** Mean and deviation of each feature; one that hardly any training text has is left out, since nothing can be learned about it. */
function measureShape(rows: readonly PreparedRow[]): Record<string, Omit<ShapeWeight, "weight">> {
  const measured: Record<string, Omit<ShapeWeight, "weight">> = {};
  for (const name of Object.keys(rows[0]?.shape ?? {})) {
    const values = rows.map((row) => row.shape[name] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const present = values.filter((value) => value !== values[0]).length;
    if (present >= 20 && deviation > 1e-9) measured[name] = { mean, deviation };
  }
  return measured;
}

/** Inverse document frequency `1 + ln((1 + texts) / (1 + texts with it))` of each phrase that is common enough, in a fixed order. */
function rarityOfPhrases(rows: readonly PreparedRow[]): Map<string, number> {
  const texts = new Map<string, number>();
  for (const row of rows) for (const phrase of row.phrases.keys()) texts.set(phrase, (texts.get(phrase) ?? 0) + 1);
  return new Map(
    [...texts]
      .filter(([, count]) => count >= phraseTexts(rows.length))
      .sort(([a], [b]) => a < b ? -1 : 1)
      .map(([phrase, count]) => [phrase, 1 + Math.log((1 + rows.length) / (1 + count))]),
  );
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  let total = 0;
  values.forEach((value, i) => {
    sum += value * (weights[i] ?? 0);
    total += weights[i] ?? 0;
  });
  return sum / total;
}
