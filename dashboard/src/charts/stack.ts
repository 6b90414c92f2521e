/**
 * Sums each series onto those before it, so that they can be drawn one over the other: the first one returned is the whole
 * stack. A missing value adds nothing.
 */
export function stack(series: readonly (readonly (number | null)[])[]): number[][] {
  const sums: number[][] = [];
  for (const values of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, place) => (value ?? 0) + (below?.[place] ?? 0)));
  }
  return sums.reverse();
}
