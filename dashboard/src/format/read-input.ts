/** A figure that somebody typed: null for nothing, undefined for what is no number. A comma is a decimal point. */
export function readInput(text: string): number | null | undefined {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return null;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : undefined;
}
