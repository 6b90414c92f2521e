/** What Postgres refuses in `text` and `jsonb` and JavaScript allows: NUL, and half of a surrogate pair. */
const UNSTORABLE_ESCAPE = /\\u(0000|d[89a-f][0-9a-f]{2})/i;

/**
 * JSON that Postgres stores. NUL and lone surrogates, as a model's answer or a cut text may hold, become U+FFFD: losing one
 * character beats losing the row.
 */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value) ?? "null";
  if (!UNSTORABLE_ESCAPE.test(json)) return json;
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === "string") return storableText(member);
    return isPlainObject(member)
      ? Object.fromEntries(Object.entries(member).map(([key, item]) => [storableText(key), item]))
      : member;
  });
}

/** A text that Postgres stores, likewise. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
