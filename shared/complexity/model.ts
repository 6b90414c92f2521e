import { readLanguage } from "./language.ts";
import type { PackedPhrases } from "./phrase-table.ts";
import { hashPhrase, knownPhrases, phraseValues } from "./phrases.ts";
import type { ReadText } from "./read-text.ts";
import { shapeFeatures } from "./shape-features.ts";

/** A feature is no further from the training texts than this many standard deviations: a huge prompt is long, not infinitely hard. */
const furthestDeviation = 4;

/** How a hand-named feature enters the sum: `(value - mean) / deviation * weight`. */
export interface ShapeWeight {
  mean: number;
  deviation: number;
  weight: number;
}

/** A trained model as data. */
export interface ComplexityModel {
  shape: Readonly<Record<string, ShapeWeight>>;
  phrases: PackedPhrases;
  /** Added for a language so that a text and its translation score the same on average; measured on parallel texts. */
  languageShift: Readonly<Record<string, number>>;
  /** Sum that scores 0.5: the average training text. */
  center: number;
  /** Distance from the centre that scores `1 / (1 + 1/e)`, about 0.73. */
  spread: number;
}

/** What each part of a text adds to the sum. */
export interface Contributions {
  /** By feature name; `phrases` is all known phrases together. */
  byFeature: Record<string, number>;
  /** By phrase, as it stands in the text. */
  byPhrase: Record<string, number>;
}

/** What each part of a text adds to the model's sum, before centring. */
export function contributions(
  text: ReadText,
  model: ComplexityModel,
  phrases: ReadonlyMap<number, number>,
): Contributions {
  const byFeature: Record<string, number> = {};
  for (const [name, value] of Object.entries(shapeFeatures(text))) {
    const shape = model.shape[name];
    if (shape !== undefined) byFeature[name] = standardize(value, shape) * shape.weight;
  }
  const byPhrase: Record<string, number> = {};
  const weightOf = new Map<string, number>();
  const values = phraseValues(text);
  for (const phrase of values.keys()) {
    const weight = phrases.get(hashPhrase(phrase));
    if (weight !== undefined) weightOf.set(phrase, weight);
  }
  let sum = 0;
  for (const { phrase, value } of knownPhrases(values, (phrase) => weightOf.has(phrase))) {
    const part = (weightOf.get(phrase) ?? 0) * value;
    byPhrase[phrase] = part;
    sum += part;
  }
  byFeature["phrases"] = sum;
  const { language } = readLanguage(text.words);
  byFeature["language"] = language === null ? 0 : model.languageShift[language] ?? 0;
  return { byFeature, byPhrase };
}

/** A feature's distance from its mean in standard deviations, within ±{@linkcode furthestDeviation}. */
export function standardize(value: number, { mean, deviation }: Omit<ShapeWeight, "weight">): number {
  const distance = (value - mean) / deviation;
  return Math.max(-furthestDeviation, Math.min(furthestDeviation, distance));
}
