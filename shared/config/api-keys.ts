import type { NamedKey } from "./types.ts";

/** What was found of one kind of API key; `invalid` says why a value cannot be used. */
export interface ApiKeys {
  keys: NamedKey[];
  invalid: string | null;
}

/**
 * The keys of one kind. The plural form (`{"default":"sb_…"}`) wins over the singular one, and that over the legacy key:
 * they are never mixed, because a legacy key that was revoked in favour of new ones may still be in the environment.
 * The key named `default` comes first.
 */
export function apiKeys(plural: { name: string; value: string | undefined }, single: (string | undefined)[]): ApiKeys {
  if (plural.value === undefined) {
    const key = single.find((value) => value !== undefined);
    return { keys: key === undefined ? [] : [{ name: "default", key }], invalid: null };
  }
  const keys = namedKeys(plural.value);
  if (keys === null) return { keys: [], invalid: `${plural.name} is not a JSON object of names and keys` };
  return { keys: keys.sort((a, b) => Number(b.name === "default") - Number(a.name === "default")), invalid: null };
}

function namedKeys(json: string): NamedKey[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return null;
  const entries = Object.entries(parsed);
  if (entries.length === 0) return null;
  if (!entries.every(([, key]) => typeof key === "string" && key.length > 0)) return null;
  return entries.map(([name, key]) => ({ name, key: String(key) }));
}
