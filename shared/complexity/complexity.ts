import { type ComplexityModel, type Contributions, contributions } from "./model.ts";
import { unpackPhrases } from "./phrase-table.ts";
import { readText } from "./read-text.ts";
import { complexityModel } from "./weights.ts";

/** How many features an answer names. */
const namedFeatures = 6;

/** How likely a text needs the stronger model, and why. */
export interface Complexity {
  /** 0 to 1: 0.5 is the average training text. It ranks texts; it is not the probability of a wrong answer. */
  score: number;
  /**
   * The features that moved the score most, by name, largest first: positive made the text harder. The unit is log-odds of `score`.
   * No words of the text are in it, so it may be logged; {@linkcode explainComplexity} names the phrases.
   */
  features: Record<string, number>;
}

/** All parts of a score. `phrases` quotes the text: keep it out of logs. */
export interface ComplexityExplanation extends Complexity {
  phrases: Record<string, number>;
}

/**
 * The learned complexity of a text: pure and deterministic, and bounded in time (of a long text it reads beginning and end).
 * What it was trained on and how well it ranks is in docs/complexity.md.
 */
export function complexity(text: string): Complexity {
  const { score, features } = scoreWith(complexityModel, loadedPhrases(), text);
  return { score, features: largest(features, namedFeatures) };
}

/** The same score with every feature and the phrases of the text that moved it, for the person who asks why. */
export function explainComplexity(text: string): ComplexityExplanation {
  const { score, features, phrases } = scoreWith(complexityModel, loadedPhrases(), text);
  return { score, features: largest(features, Infinity), phrases: largest(phrases, 20) };
}

/** The score of a text by a given model. Features that add nothing are left out. */
export function scoreWith(
  model: ComplexityModel,
  phraseWeights: ReadonlyMap<number, number>,
  text: string,
): ComplexityExplanation {
  const parts: Contributions = contributions(readText(text), model, phraseWeights);
  const sum = Object.values(parts.byFeature).reduce((total, part) => total + part, 0);
  const inSpreads = (parts: Record<string, number>) =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part / model.spread]));
  return {
    score: 1 / (1 + Math.exp(-(sum - model.center) / model.spread)),
    features: inSpreads(parts.byFeature),
    phrases: inSpreads(parts.byPhrase),
  };
}

let phrases: Map<number, number> | null = null;

function loadedPhrases(): Map<number, number> {
  phrases ??= unpackPhrases(complexityModel.phrases);
  return phrases;
}

function largest(parts: Record<string, number>, count: number): Record<string, number> {
  const ordered = Object.entries(parts)
    .map(([name, part]): [string, number] => [name, Math.round(part * 1000) / 1000])
    .filter(([, part]) => part !== 0)
    .sort(([a, x], [b, y]) => Math.abs(y) - Math.abs(x) || (a < b ? -1 : 1));
  return Object.fromEntries(ordered.slice(0, count));
}
