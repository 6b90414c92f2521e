/**
 * `deno run -A tests/training/measure-calibration.ts`: what calibration does to scores on public data it was not fitted on; writes the
 * figures in `docs/complexity.md`.
 *
 * @module
 */
import { bankCases } from "./bank-conversions.ts";
import { type CalibrationResult, measureCalibration } from "./calibration-case.ts";
import { productCases } from "./product-classes.ts";
import { formatWritten, replaceFigures, reportFile } from "./replace-figures.ts";

const [products, bank] = [productCases(), bankCases()];
if (products === null || bank === null) throw new Error("Cannot measure calibration: the public data is absent");

const share = (value: number) => value.toFixed(3).replace(/^0/, "");
const line = ({ name, labels, held, kind, before, after, bounded }: CalibrationResult) =>
  `| ${name} | ${labels} / ${held} | ${kind} | ${share(before.ece)} → ${share(after.ece)} ` +
  `| ${share(before.brier)} → ${share(after.brier)} | ${share(before.auroc)} → ${share(after.auroc)} ` +
  `| ${
    bounded === null
      ? "none"
      : `${(bounded.coverage * 100).toFixed(0)} % accepted, ${(bounded.risk * 100).toFixed(1)} % wrong`
  } |`;

const figures = [
  "| scores | labels fitted / held out | chosen | ECE | Brier | AUROC | threshold for at most 5 % wrong |",
  "|---|---|---|---|---|---|---|",
  ...[...products, ...bank].map((each) => line(measureCalibration(each))),
].join("\n");
replaceFigures("calibration", figures);
await formatWritten(reportFile);
Deno.stdout.writeSync(new TextEncoder().encode(`${figures}\n`));
