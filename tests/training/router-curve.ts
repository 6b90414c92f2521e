/** One prompt as a router's evaluation sees it. */
export interface RoutedRow {
  /** Higher = sent to the strong model first. */
  score: number;
  weak: number;
  strong: number;
}

/** How well a router spends strong calls. */
export interface RouterMetrics {
  /** Average share of the quality gap recovered, over all shares of strong calls; 0.5 = random. */
  apgr: number;
  /** Percent of calls that go to the strong model for half of the gap; null when never reached. */
  cpt50: number | null;
  /** The same for 80 % of the gap. */
  cpt80: number | null;
}

/**
 * RouteLLM's figures (arXiv 2406.18665, section 3) on the full curve. Equal scores are taken in expectation, so the order of
 * rows does not matter. The strong model must be better on average.
 */
export function routerMetrics(rows: readonly RoutedRow[]): RouterMetrics {
  return metricsOfCurve(gainCurve(rows));
}

/**
 * Recovered share of the gap after sending the `k` highest scores to the strong model, `k` = 0 to the number of rows.
 * `counts` says how often each row is taken (for resampling); absent = once.
 */
function gainCurve(rows: readonly RoutedRow[], counts?: readonly number[]): number[] {
  const order = rows.map((_, i) => i).sort((a, b) => (rows[b]?.score ?? 0) - (rows[a]?.score ?? 0));
  return curveInOrder(rows, order, counts);
}

/** {@linkcode gainCurve} for rows already put in order by falling score. */
export function curveInOrder(
  rows: readonly RoutedRow[],
  order: readonly number[],
  counts?: readonly number[],
): number[] {
  const gains = [0];
  let total = 0;
  for (let from = 0; from < order.length;) {
    const score = rows[order[from] ?? 0]?.score;
    let calls = 0;
    let gain = 0;
    let to = from;
    for (; to < order.length && rows[order[to] ?? 0]?.score === score; to++) {
      const index = order[to] ?? 0;
      const count = counts?.[index] ?? 1;
      calls += count;
      gain += count * ((rows[index]?.strong ?? 0) - (rows[index]?.weak ?? 0));
    }
    for (let call = 0; call < calls; call++) gains.push(total += gain / calls);
    from = to;
  }
  return gains.map((gain) => gain / total);
}

/** The figures of a curve. */
export function metricsOfCurve(curve: readonly number[]): RouterMetrics {
  let area = 0;
  for (let k = 1; k < curve.length; k++) area += ((curve[k - 1] ?? 0) + (curve[k] ?? 0)) / 2;
  return { apgr: area / (curve.length - 1), cpt50: callsFor(0.5, curve), cpt80: callsFor(0.8, curve) };
}

function callsFor(share: number, curve: readonly number[]): number | null {
  const k = curve.findIndex((recovered) => recovered >= share - 1e-12);
  if (k < 0) return null;
  if (k === 0) return 0;
  const before = curve[k - 1] ?? 0;
  return (k - 1 + (share - before) / ((curve[k] ?? 0) - before)) / (curve.length - 1) * 100;
}
