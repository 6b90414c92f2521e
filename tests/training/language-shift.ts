import { type ComplexityModel, scoreWith, unpackPhrases } from "@shared/complexity/training/mod.ts";
import { readJsonLines } from "./routing-data.ts";

/** A language's texts beside the same texts in English, before and after the shift, on pairs the shift was not fitted on. */
export interface ShiftCheck {
  language: string;
  pairs: number;
  /** Mean score of the translations minus mean score of the English texts. */
  gapBefore: number;
  gapAfter: number;
  /** Spearman's rank correlation of a text's score and its translation's, after the shift: 1 = the same order. */
  rankCorrelation: number;
}

interface ParallelPair {
  english: string;
  translation: string;
}

/** The model with a shift per language, so that a text and its translation score the same on average; every second pair is kept for the check. */
export function withLanguageShift(model: ComplexityModel): { model: ComplexityModel; checks: ShiftCheck[] } {
  const checks: ShiftCheck[] = [];
  const languageShift: Record<string, number> = {};
  for (const language of ["de", "es"]) {
    const pairs = readPairs(language);
    const fitted = pairs.filter((_, i) => i % 2 === 0);
    const held = pairs.filter((_, i) => i % 2 === 1);
    const logit = (text: string) => logitOf(scoreOf(model, text)) * model.spread;
    const shift = mean(fitted.map(({ english, translation }) => logit(english) - logit(translation)));
    const shifted = { ...model, languageShift: { [language]: shift } };
    languageShift[language] = shift;
    checks.push({
      language,
      pairs: held.length,
      gapBefore: mean(held.map((pair) => scoreOf(model, pair.translation) - scoreOf(model, pair.english))),
      gapAfter: mean(held.map((pair) => scoreOf(shifted, pair.translation) - scoreOf(shifted, pair.english))),
      rankCorrelation: correlation(
        ranks(held.map(({ english }) => scoreOf(shifted, english))),
        ranks(held.map(({ translation }) => scoreOf(shifted, translation))),
      ),
    });
  }
  return { model: { ...model, languageShift }, checks };
}

function readPairs(language: string): ParallelPair[] {
  return ["corpus", "queries"].flatMap((file) => {
    const english = new Map(readTexts(`rag/xquad_en/${file}.jsonl`));
    return readTexts(`rag/xquad_${language}/${file}.jsonl`).flatMap(([id, translation]) => {
      const original = english.get(id);
      return original === undefined ? [] : [{ english: original, translation }];
    });
  });
}

function readTexts(path: string): [string, string][] {
  const rows = readJsonLines<{ id: string; text: string }>(path);
  if (rows === null) throw new Error(`Cannot measure languages: ${path} is absent`);
  return rows.map(({ id, text }) => [id, text]);
}

function scoreOf(model: ComplexityModel, text: string): number {
  return scoreWith(model, unpackedOnce(model), text).score;
}

let unpacked: { base64: string; phrases: Map<number, number> } | null = null;

function unpackedOnce({ phrases }: ComplexityModel): Map<number, number> {
  if (unpacked?.base64 !== phrases.base64) unpacked = { base64: phrases.base64, phrases: unpackPhrases(phrases) };
  return unpacked.phrases;
}

function logitOf(score: number): number {
  return Math.log(score / (1 - score));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const found = values.map(() => 0);
  order.forEach((index, rank) => found[index] = rank);
  return found;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] ?? 0) - my), 0);
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}
