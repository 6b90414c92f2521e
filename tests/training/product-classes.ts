import type { Label } from "@shared/statistics/mod.ts";
import type { CalibrationCase } from "./calibration-case.ts";
import { fitLogistic, linearSum, type SparseRow } from "./fit-logistic.ts";
import { readJsonLines } from "./routing-data.ts";

interface Product {
  id: string;
  text: string;
  label: string;
  cluster: string;
  split: "train" | "test";
}

/** Answers a class with the probability it claims. */
type Classifier = (text: string) => { label: string; score: number };

/**
 * Product classification (PriceRunner) with two homely models, each trained on half of the training clusters; the other half are the
 * labels that calibration gets. Null when the public data is absent.
 */
export function productCases(): CalibrationCase[] | null {
  const products = readJsonLines<Product>("classify/pricerunner.jsonl");
  if (products === null) return null;
  const train = products.filter(({ split }) => split === "train");
  const [own, other] = [0, 1].map((half) => train.filter(({ cluster }) => Number(cluster) % 2 === half));
  const test = products.filter(({ split }) => split === "test");
  const models: [string, Classifier][] = [
    ["products, naive Bayes", naiveBayes(own ?? [])],
    ["products, logistic regression", oneAgainstRest(own ?? [])],
    ["products, naive Bayes from 200 examples", naiveBayes((own ?? []).filter((_, i) => i % 9 === 0).slice(0, 200))],
  ];
  const labelsOf = (model: Classifier, rows: readonly Product[]): Label[] =>
    rows.map(({ text, label }) => {
      const answer = model(text);
      return { score: answer.score, correct: answer.label === label };
    });
  return models.map(([name, model]) => ({ name, fitted: labelsOf(model, other ?? []), held: labelsOf(model, test) }));
}

const wordsOf = (text: string) => [...new Set(text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [])];

/** Multinomial naive Bayes with one pseudo-count: right more often than not, and far too sure of itself. */
function naiveBayes(rows: readonly Product[]): Classifier {
  const classes = [...new Set(rows.map(({ label }) => label))].sort();
  const counts = new Map<string, Map<string, number>>(classes.map((label) => [label, new Map()]));
  const totals = new Map<string, number>();
  const vocabulary = new Set<string>();
  for (const { text, label } of rows) {
    for (const word of wordsOf(text)) {
      const own = counts.get(label);
      own?.set(word, (own.get(word) ?? 0) + 1);
      totals.set(label, (totals.get(label) ?? 0) + 1);
      vocabulary.add(word);
    }
  }
  return (text) => {
    const known = wordsOf(text).filter((word) => vocabulary.has(word));
    return mostLikely(classes.map((label) => {
      const prior = Math.log(rows.filter((row) => row.label === label).length / rows.length);
      const size = (totals.get(label) ?? 0) + vocabulary.size;
      return {
        label,
        sum: known.reduce((sum, word) => sum + Math.log(((counts.get(label)?.get(word) ?? 0) + 1) / size), prior),
      };
    }));
  };
}

/** One ridge logistic regression per class on the words, their log-odds turned into shares: rather too modest. */
function oneAgainstRest(rows: readonly Product[]): Classifier {
  const classes = [...new Set(rows.map(({ label }) => label))].sort();
  const columns = new Map<string, number>();
  for (const { text } of rows) for (const word of wordsOf(text)) columns.set(word, columns.get(word) ?? columns.size);
  const toSparse = (text: string): SparseRow => {
    const known = wordsOf(text).flatMap((word) => columns.get(word) ?? []);
    return { columns: known, values: known.map(() => 1 / Math.sqrt(known.length)) };
  };
  const sparseRows = rows.map(({ text }) => toSparse(text));
  const fits = classes.map((label) => ({
    label,
    fit: fitLogistic(sparseRows, {
      targets: rows.map((row) => row.label === label ? 1 : 0),
      importance: rows.map(() => 1),
      columns: columns.size,
    }),
  }));
  return (text) => {
    const row = toSparse(text);
    return mostLikely(fits.map(({ label, fit }) => ({ label, sum: linearSum(row, fit.weights) + fit.bias })));
  };
}

function mostLikely(sums: readonly { label: string; sum: number }[]): { label: string; score: number } {
  const highest = Math.max(...sums.map(({ sum }) => sum));
  const total = sums.reduce((all, { sum }) => all + Math.exp(sum - highest), 0);
  return { label: sums.find(({ sum }) => sum === highest)?.label ?? "", score: 1 / total };
}
