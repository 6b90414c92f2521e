/** A figure of many runs: the middle, the slow ones, and how many there were. */
export interface Spread {
  p50: number;
  p95: number;
  max: number;
  n: number;
}

/** The spread of measured values, to three digits after the point. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(3));
  return { p50: at(0.5), p95: at(0.95), max: at(1), n: sorted.length };
}

/** Runs something again and again; milliseconds of each run, without the first ones. */
export async function timed(runs: number, once: () => unknown, warm = Math.ceil(runs / 5)): Promise<number[]> {
  const times: number[] = [];
  for (let run = -warm; run < runs; run++) {
    const before = performance.now();
    await once();
    if (run >= 0) times.push(performance.now() - before);
  }
  return times;
}
