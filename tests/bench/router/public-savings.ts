import { complexity } from "../../../shared/complexity/mod.ts";
import { costsOf } from "../../training/route-costs.ts";
import { type Benchmark, benchmarks, readRoutingRows } from "../../training/routing-data.ts";

/**
 * What routing by the learned score saves against always asking the stronger model, on held-out public data, at the share of the
 * quality gap it keeps. RouterArena's dollars are real. MMLU and GSM8K have list prices of the time at four characters a token.
 */
export function publicSavings(): unknown[] {
  return benchmarks.flatMap((benchmark) => savingsOn(benchmark));
}

function savingsOn(benchmark: Benchmark): unknown[] {
  const rows = readRoutingRows(benchmark)?.filter(({ split }) => split === "test") ?? null;
  if (rows === null) return [{ bench: "router", name: "savings_public", data: benchmark, skipped: "no data" }];
  const scored = rows.map((row) => ({ ...row, score: complexity(row.prompt).score, cost: costsOf(row) }));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const strong = { cost: sum(scored.map(({ cost }) => cost.strong)), quality: sum(scored.map((row) => row.strong)) };
  const weak = { cost: sum(scored.map(({ cost }) => cost.weak)), quality: sum(scored.map((row) => row.weak)) };
  const line = (policy: string, cost: number, quality: number, strongShare: number) => ({
    bench: "router",
    name: "savings_public",
    data: benchmark,
    policy,
    prompts: scored.length,
    saved_percent: Number(((1 - cost / strong.cost) * 100).toFixed(1)),
    quality: Number((quality / scored.length).toFixed(4)),
    quality_always_strong: Number((strong.quality / scored.length).toFixed(4)),
    gap_kept_percent: Number(((quality - weak.quality) / (strong.quality - weak.quality) * 100).toFixed(1)),
    strong_share_percent: Number((strongShare * 100).toFixed(1)),
    costs: scored[0]?.costUsd === null ? "list prices, four characters a token" : "real dollars",
  });
  return [
    line("always strong", strong.cost, strong.quality, 1),
    line("always weak", weak.cost, weak.quality, 0),
    ...[0.3, 0.4, 0.5, 0.6, 0.7].map((from) => {
      const up = scored.map(({ score }) => score >= from);
      return line(
        `strong from ${from}`,
        sum(scored.map(({ cost }, index) => up[index] ? cost.strong : cost.weak)),
        sum(scored.map((row, index) => up[index] ? row.strong : row.weak)),
        up.filter(Boolean).length / scored.length,
      );
    }),
  ];
}
