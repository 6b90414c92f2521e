import assert from "node:assert/strict";
import { complexity } from "@shared/complexity/mod.ts";
import { equalLengthPairs, germanPairs } from "./business-texts.ts";
import { routerMetrics } from "./router-curve.ts";
import { readRoutingRows } from "./routing-data.ts";

const mmlu = readRoutingRows("mmlu")?.filter(({ split }) => split === "test") ?? null;

Deno.test({
  name: `the shipped weights rank MMLU's test prompts better than length${
    mmlu === null ? " (skipped: ../shared/data is absent)" : ""
  }`,
  ignore: mmlu === null,
  fn() {
    const apgr = (score: (prompt: string) => number) =>
      routerMetrics((mmlu ?? []).map(({ prompt, weak, strong }) => ({ score: score(prompt), weak, strong }))).apgr;
    const [byModel, byLength] = [apgr((prompt) => complexity(prompt).score), apgr((prompt) => prompt.length)];
    assert.ok(byModel > 0.62, `APGR ${byModel}`);
    assert.ok(byModel - byLength > 0.05, `length only has ${byLength}`);
  },
});

for (const { about, easy, hard } of [...germanPairs, ...equalLengthPairs]) {
  Deno.test(`the shipped weights find the harder of two German requests: ${about}`, () => {
    assert.ok(complexity(hard).score > complexity(easy).score);
  });
}
