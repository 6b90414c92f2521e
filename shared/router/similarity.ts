/** Numbers this close, relatively, are the same measurement. */
const RELATIVE_TOLERANCE = 0.001;

/**
 * How much two values agree, 0..1: objects by the mean over all their keys, lists as sets (each item with its best partner),
 * texts without regard to case, blanks and punctuation at the ends, numbers within a thousandth. Anything else is equal or not.
 */
export function similarity(one: unknown, other: unknown): number {
  if (typeof one === "string" && typeof other === "string") return normalize(one) === normalize(other) ? 1 : 0;
  if (typeof one === "number" && typeof other === "number") return isClose(one, other) ? 1 : 0;
  if (Array.isArray(one) && Array.isArray(other)) return listSimilarity(one, other);
  if (isRecord(one) && isRecord(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return mean(keys.map((key) => similarity(one[key] ?? null, other[key] ?? null)));
  }
  return one === other ? 1 : 0;
}

function listSimilarity(one: readonly unknown[], other: readonly unknown[]): number {
  const partners = [...other];
  const matches = one.map((item) => {
    const scores = partners.map((partner) => similarity(item, partner));
    const best = Math.max(0, ...scores);
    if (best > 0) partners.splice(scores.indexOf(best), 1);
    return best;
  });
  const unmatched = Array.from({ length: Math.max(0, other.length - one.length) }, () => 0);
  return mean([...matches, ...unmatched]);
}

function normalize(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, "");
}

function isClose(one: number, other: number): boolean {
  return Math.abs(one - other) <= RELATIVE_TOLERANCE * Math.max(Math.abs(one), Math.abs(other));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Two empty objects or lists have nothing to disagree about. */
function mean(scores: readonly number[]): number {
  return scores.length === 0 ? 1 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
