/** A value for one place of an answer, and how clearly the input speaks for it, 0 (a guess) to 1. */
export interface Finding<T = unknown> {
  value: T;
  clarity: number;
}

/** What a value is for: everything the prompt says about it. */
export interface Slot {
  /** Name of the property; empty at the root. */
  name: string;
  /** The schema's description and title. */
  about: string;
}

/** Mean clarity by weight; that of a guess when nothing was looked for. */
export function meanClarity(found: readonly { clarity: number; weight?: number }[]): number {
  const total = found.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return total === 0 ? 0.5 : found.reduce((sum, { clarity, weight = 1 }) => sum + weight * clarity, 0) / total;
}
