import { routerBands } from "./bands.ts";
import { randomCost, routeCost } from "./route-costs.ts";
import { type RoutedRow, routerMetrics } from "./router-curve.ts";
import type { RoutingRow } from "./routing-data.ts";

/** A router's scores of the same rows. */
export interface NamedScores {
  name: string;
  scores: number[];
}

/** A Markdown table of routers on the same rows; the lead of each over the first, with its noise. */
export function routerTable(rows: readonly RoutingRow[], routers: readonly NamedScores[]): string {
  const rival = routed(rows, routers[0]?.scores ?? []);
  const cost = routeCost(rows, routers[0]?.scores ?? []);
  const lines = [
    "| router | APGR | CPT50 | CPT80 | cost at 50 % | cost at 80 % | APGR over length only |",
    "|---|---|---|---|---|---|---|",
    `| random | .500 | 50.0 | 80.0 | ${percent(randomCost(cost, 0.5))} | ${percent(randomCost(cost, 0.8))} | |`,
  ];
  for (const { name, scores } of routers) {
    const own = routed(rows, scores);
    const metrics = routerMetrics(own);
    const bands = routerBands(own, { rival });
    const { atHalf, atFourFifths } = routeCost(rows, scores);
    const lead = metrics.apgr - routerMetrics(rival).apgr;
    lines.push(
      `| ${name} | ${share(metrics.apgr)} (${share(bands.apgr.low)} to ${share(bands.apgr.high)}) ` +
        `| ${calls(metrics.cpt50)} (${calls(bands.cpt50.low)} to ${calls(bands.cpt50.high)}) ` +
        `| ${calls(metrics.cpt80)} (${calls(bands.cpt80.low)} to ${calls(bands.cpt80.high)}) ` +
        `| ${percent(atHalf)} | ${percent(atFourFifths)} ` +
        `| ${
          name === routers[0]?.name ? "" : `${signed(lead)} (${signed(bands.lead.low)} to ${signed(bands.lead.high)})`
        } |`,
    );
  }
  return lines.join("\n");
}

function routed(rows: readonly RoutingRow[], scores: readonly number[]): RoutedRow[] {
  return rows.map(({ weak, strong }, i) => ({ score: scores[i] ?? 0, weak, strong }));
}

/** `.586` */
export function share(value: number): string {
  return value.toFixed(3).replace(/^(-?)0\./, "$1.");
}

/** `+.041` */
export function signed(value: number): string {
  return value < 0 ? share(value).replace("-", "−") : `+${share(value)}`;
}

function calls(value: number | null): string {
  return value === null ? "never" : value.toFixed(1);
}

function percent(value: number | null): string {
  return value === null ? "never" : `${(value * 100).toFixed(0)} %`;
}
