import { curveInOrder, metricsOfCurve, type RoutedRow, type RouterMetrics } from "./router-curve.ts";
import { seededRandom } from "@shared/statistics/mod.ts";

/** 95 % of the resamples lie between these. */
export interface Band {
  low: number;
  high: number;
}

/** Noise of a router's figures and of its lead over another router on the same prompts. */
export interface RouterBands {
  apgr: Band;
  cpt50: Band;
  cpt80: Band;
  /** APGR minus the rival's on the same resample. */
  lead: Band;
}

/** Percentile bootstrap over prompts, seeded. `rows` and `rival` hold the same prompts in the same order. */
export function routerBands(
  rows: readonly RoutedRow[],
  { rival, resamples = 1_000, seed = 1 }: { rival: readonly RoutedRow[]; resamples?: number; seed?: number },
): RouterBands {
  const random = seededRandom(seed);
  const order = orderOf(rows);
  const rivalOrder = orderOf(rival);
  const drawn: RouterMetrics[] = [];
  const leads: number[] = [];
  for (let draw = 0; draw < resamples; draw++) {
    const counts = rows.map(() => 0);
    for (let i = 0; i < rows.length; i++) {
      const index = Math.floor(random() * rows.length);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    const metrics = metricsOfCurve(curveInOrder(rows, order, counts));
    drawn.push(metrics);
    leads.push(metrics.apgr - metricsOfCurve(curveInOrder(rival, rivalOrder, counts)).apgr);
  }
  return {
    apgr: band(drawn.map(({ apgr }) => apgr)),
    cpt50: band(drawn.map(({ cpt50 }) => cpt50 ?? 100)),
    cpt80: band(drawn.map(({ cpt80 }) => cpt80 ?? 100)),
    lead: band(leads),
  };
}

function orderOf(rows: readonly RoutedRow[]): number[] {
  return rows.map((_, i) => i).sort((a, b) => (rows[b]?.score ?? 0) - (rows[a]?.score ?? 0));
}

function band(values: number[]): Band {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { low: at(0.025), high: at(0.975) };
}
