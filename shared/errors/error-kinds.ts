/** Longer chains are cut: a log line is for finding the place, not for telling the story. */
const MAX_CAUSES = 5;
/** SQLSTATEs, Node and PostgREST codes, our own: words, never sentences. */
const CODE = /^[A-Za-z0-9_.-]{1,40}$/;

/**
 * What kind of error a thrown value is, its causes after it: `["AppError:internal", "PostgresError:42501"]`.
 * Made of class names and codes only. Messages may quote a caller's data, so they are never part of it.
 */
export function errorKinds(thrown: unknown): string[] {
  const kinds: string[] = [];
  let current: unknown = thrown;
  while (current !== undefined && current !== null && kinds.length < MAX_CAUSES) {
    kinds.push(kindOf(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return kinds;
}

function kindOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const code: unknown = "code" in thrown ? thrown.code : undefined;
  const word = typeof code === "number" ? String(code) : code;
  return typeof word === "string" && CODE.test(word) ? `${thrown.name}:${word}` : thrown.name;
}
