import type { ComplexityModel } from "@shared/complexity/training/mod.ts";
import { equalLengthPairs, germanPairs } from "./business-texts.ts";
import type { Trial } from "./choose-settings.ts";
import type { ShiftCheck } from "./language-shift.ts";
import { type Benchmark, benchmarks, type RoutingRow } from "./routing-data.ts";
import { routerTable, share, signed } from "./routing-report.ts";

/** All that the report is made of. */
export interface Measured {
  /** Test rows only. */
  rows: readonly RoutingRow[];
  model: ComplexityModel;
  score: (text: string) => number;
  trials: readonly Trial[];
  best: Trial;
  checks: readonly ShiftCheck[];
  /** The model without phrases, trained alike. */
  shapeOnly: (row: RoutingRow) => number;
  /** A model trained without a benchmark. */
  unseen: (benchmark: Benchmark) => (row: RoutingRow) => number;
}

const titles: Record<Benchmark, string> = {
  mmlu: "MMLU, Mixtral-8x7B or GPT-4-1106",
  gsm8k: "GSM8K, Mixtral-8x7B or GPT-4-1106",
  routerarena: "RouterArena, claude-3-haiku or gemini-2.0-flash (the better model is the cheaper one)",
};

/** The measured part of docs/complexity.md, in Markdown. */
export function complexityFigures(measured: Measured): string {
  return [
    ...benchmarks.map((benchmark) => benchmarkPart(benchmark, measured)),
    withoutOneSubject(measured),
    thresholdTable(measured),
    trialTable(measured),
    weightTable(measured.model),
    languageTable(measured.checks),
    businessTable(measured.score),
  ].join("\n\n");
}

function benchmarkPart(benchmark: Benchmark, { rows, score, shapeOnly, unseen }: Measured): string {
  const own = rows.filter((row) => row.benchmark === benchmark);
  const table = routerTable(own, [
    { name: "length only", scores: own.map(({ prompt }) => prompt.length) },
    { name: "hand-named features only", scores: own.map(shapeOnly) },
    { name: "**complexity()**", scores: own.map(({ prompt }) => score(prompt)) },
    { name: "trained without this benchmark", scores: own.map(unseen(benchmark)) },
  ]);
  return `### ${titles[benchmark]}: ${own.length} test prompts\n\n${table}`;
}

function withoutOneSubject({ rows, score }: Measured): string {
  const others = rows.filter(({ benchmark, category }) => benchmark === "mmlu" && category !== "moral_scenarios");
  const table = routerTable(others, [
    { name: "length only", scores: others.map(({ prompt }) => prompt.length) },
    { name: "**complexity()**", scores: others.map(({ prompt }) => score(prompt)) },
  ]);
  return `### MMLU without moral_scenarios, whose prompts all look alike: ${others.length} test prompts\n\n${table}`;
}

function thresholdTable({ rows, score }: Measured): string {
  const scored = rows.map((row) => ({ ...row, score: score(row.prompt) }));
  const lines = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7].map((threshold) => {
    const cells = benchmarks.map((benchmark) => {
      const own = scored.filter((row) => row.benchmark === benchmark);
      const sent = own.filter((row) => row.score >= threshold);
      const gain = (some: readonly RoutingRow[]) => some.reduce((sum, { weak, strong }) => sum + strong - weak, 0);
      return `${percent(sent.length / own.length)} / ${percent(gain(sent) / gain(own))}`;
    });
    return `| ${threshold.toFixed(2)} | ${cells.join(" | ")} |`;
  });
  return [
    "### What a threshold sends to the strong model, and the part of the gap that recovers",
    "",
    "| score from | MMLU | GSM8K | RouterArena |",
    "|---|---|---|---|",
    ...lines,
  ].join("\n");
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}

function trialTable({ trials, best }: Measured): string {
  const lines = trials.map(({ settings, known, unseen }) =>
    `| ${settings.shapePenalty} | ${settings.phrasePenalty ?? "no phrases"} | ${share(known)} | ${share(unseen)} ` +
    `| ${settings === best.settings ? "chosen" : ""} |`
  );
  return [
    "### Settings tried on the development parts",
    "",
    "| penalty of features | of phrases | APGR, five folds | APGR, benchmark never seen | |",
    "|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}

function weightTable(model: ComplexityModel): string {
  const ordered = Object.entries(model.shape).sort(([, a], [, b]) => Math.abs(b.weight) - Math.abs(a.weight));
  const lines = ordered.slice(0, 16).map(([name, { weight }]) =>
    `| \`${name}\` | ${(weight / model.spread).toFixed(2)} |`
  );
  return [
    "### The heaviest hand-named features",
    "",
    "| feature | log-odds of the score for one standard deviation |",
    "|---|---|",
    ...lines,
  ].join("\n");
}

function languageTable(checks: readonly ShiftCheck[]): string {
  return [
    "### The same text in two languages (XQuAD, the half not fitted on)",
    "",
    "| language | pairs | mean score beside English, before | after the shift | rank correlation |",
    "|---|---|---|---|---|",
    ...checks.map(({ language, pairs, gapBefore, gapAfter, rankCorrelation }) =>
      `| ${language} | ${pairs} | ${signed(gapBefore)} | ${signed(gapAfter)} | ${share(rankCorrelation)} |`
    ),
  ].join("\n");
}

function businessTable(score: (text: string) => number): string {
  const line = ({ about, easy, hard }: { about: string; easy: string; hard: string }) =>
    `| ${about} | ${easy.length} / ${hard.length} | ${share(score(easy))} | ${share(score(hard))} |`;
  return [
    "### German business requests (written for this check)",
    "",
    "| easy against hard | characters | easy | hard |",
    "|---|---|---|---|",
    ...germanPairs.map(line),
    ...equalLengthPairs.map(line),
  ].join("\n");
}
