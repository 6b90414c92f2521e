/** A number as PostgREST writes it (a JSON number, or text where it has more digits than one holds); null stays null. */
export function readNumber(value: unknown): number | null {
  if (value === null || value === undefined || value === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** As readNumber, for what is never null: counts. */
export function readCount(value: unknown): number {
  return readNumber(value) ?? 0;
}
