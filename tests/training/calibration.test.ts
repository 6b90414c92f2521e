import assert from "node:assert/strict";
import { bankCases } from "./bank-conversions.ts";
import { type CalibrationResult, measureCalibration } from "./calibration-case.ts";
import { productCases } from "./product-classes.ts";

const products = productCases();
const bank = bankCases();
const absent = " (skipped: ../shared/data is absent)";

function assertBetter({ name, before, after }: CalibrationResult): void {
  assert.ok(after.ece < before.ece, `${name}: ECE ${before.ece} → ${after.ece}`);
  assert.ok(after.brier <= before.brier, `${name}: Brier ${before.brier} → ${after.brier}`);
  assert.ok(after.auroc > before.auroc - 0.02, `${name}: AUROC ${before.auroc} → ${after.auroc}`);
}

Deno.test({
  name: `calibration lowers the error of product classifiers on held-out products${products === null ? absent : ""}`,
  ignore: products === null,
  fn() {
    assert.equal(products?.length, 3);
    for (const each of products ?? []) assertBetter(measureCalibration(each));
  },
});

Deno.test({
  name: `an error bound found on labels holds on held-out products${products === null ? absent : ""}`,
  ignore: products === null,
  fn() {
    for (const each of products ?? []) {
      const { bounded } = measureCalibration(each);
      assert.ok(bounded !== null && bounded.coverage > 0.3);
      // The promise is for traffic like the labels; the test products are other clusters, so leave room for their noise.
      assert.ok(bounded.risk <= 0.06, `${each.name}: ${bounded.risk}`);
    }
  },
});

Deno.test({
  name: `calibration on recent labels brings a drifted model nearer to the truth${bank === null ? absent : ""}`,
  ignore: bank === null,
  fn() {
    const drifted = (bank ?? []).slice(1).map(measureCalibration);
    assert.equal(drifted.length, 2);
    for (const result of drifted) assertBetter(result);
  },
});
