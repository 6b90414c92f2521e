/**
 * `deno task train:complexity [--scores folder] [--on YYYY-MM-DD]`: trains the complexity model on the development parts of the
 * public routing data, writes `shared/complexity/weights.ts` and the figures in `docs/complexity.md`. Seeded: the same data gives the
 * same weights. `--scores` also writes one `<benchmark>.jsonl` of test scores for the data's own Python evaluator.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { scoreWith, unpackPhrases } from "@shared/complexity/training/mod.ts";
import { bestTrial, scorer, tryAll } from "./choose-settings.ts";
import { complexityFigures } from "./complexity-figures.ts";
import { withLanguageShift } from "./language-shift.ts";
import { formatWritten, replaceFigures, reportFile } from "./replace-figures.ts";
import { benchmarks, readRoutingRows } from "./routing-data.ts";
import { prepare, type Settings, trainModel, withSpread } from "./train-model.ts";
import { weightsSource } from "./write-weights.ts";

const weightsFile = new URL("../../shared/complexity/weights.ts", import.meta.url);
const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

const { values } = parseArgs({ args: Deno.args, options: { scores: { type: "string" }, on: { type: "string" } } });

const rows = benchmarks.flatMap((benchmark) => {
  const found = readRoutingRows(benchmark);
  if (found === null) throw new Error(`Cannot train: the public data of ${benchmark} is absent`);
  return found;
});
const development = prepare(rows.filter(({ split }) => split === "dev"));

const candidates: Settings[] = [4_000, 8_000, 16_000].flatMap((shapePenalty) =>
  [15, 30, 60, 120, null].map((phrasePenalty) => ({ shapePenalty, phrasePenalty }))
);
const trials = tryAll(development, candidates);
const best = bestTrial(development, trials);
const trained = withSpread(trainModel(development, best.settings), best.foldScores);
const { model, checks } = withLanguageShift(trained);
const phrases = unpackPhrases(model.phrases);
const score = (text: string) => scoreWith(model, phrases, text).score;

Deno.writeTextFileSync(
  weightsFile,
  weightsSource(model, {
    trainedOn: values.on ?? new Date().toISOString().slice(0, 10),
    rows: development.length,
    phrases: phrases.size,
    settings: `penalties ${best.settings.shapePenalty} and ${best.settings.phrasePenalty}`,
  }),
);

const figures = complexityFigures({
  rows: rows.filter(({ split }) => split === "test"),
  model,
  score,
  trials,
  best,
  checks,
  shapeOnly: scorer(development, { ...best.settings, phrasePenalty: null }),
  unseen: (benchmark) => scorer(development.filter((row) => row.benchmark !== benchmark), best.settings),
});
replaceFigures("routing", figures);
await formatWritten(weightsFile, reportFile);
print(figures);

if (values.scores !== undefined) {
  for (const benchmark of benchmarks) {
    const lines = rows.filter((row) => row.benchmark === benchmark).map(({ id, prompt }) =>
      JSON.stringify({ id, score: score(prompt) })
    );
    Deno.writeTextFileSync(`${values.scores}/${benchmark}.jsonl`, `${lines.join("\n")}\n`);
  }
}
