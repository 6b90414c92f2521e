/** Most names that are offered for an unknown one. */
const MOST = 3;

/** The known names most like a name, by the pairs of letters they share. */
export function nearNames(name: string, known: readonly string[]): string[] {
  const wanted = pairsOf(name);
  return [...new Set(known)].map((other) => ({ other, likeness: likeness(wanted, pairsOf(other)) }))
    .sort((a, b) => b.likeness - a.likeness || a.other.localeCompare(b.other)).slice(0, MOST).map(({ other }) => other);
}

function pairsOf(name: string): Set<string> {
  const padded = ` ${name.toLowerCase()} `;
  return new Set(Array.from({ length: padded.length - 1 }, (_, at) => padded.slice(at, at + 2)));
}

/** Shared pairs over all of them. */
function likeness(one: Set<string>, other: Set<string>): number {
  const shared = [...one].filter((pair) => other.has(pair)).length;
  return shared / (one.size + other.size - shared);
}
