import type { JwksSource, PublicJwk } from "./types.ts";

/**
 * Where the key set is: `SUPABASE_JWKS` inline (`{"keys":[…]}` or the bare array), else `SUPABASE_JWKS_URL`, else the
 * address every project publishes it at.
 *
 * @returns Null when the inline value is not a key set.
 */
export function jwksSource(
  inline: string | undefined,
  url: string | undefined,
  supabaseUrl: string,
): JwksSource | null {
  if (inline === undefined) return { kind: "remote", url: url ?? `${supabaseUrl}/auth/v1/.well-known/jwks.json` };
  const keys = publicKeys(inline);
  return keys === null ? null : { kind: "inline", keys };
}

function publicKeys(json: string): PublicJwk[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return null;
  }
  const keys: unknown = isJwkSet(parsed) ? parsed.keys : parsed;
  return Array.isArray(keys) && keys.every(isJwk) ? keys : null;
}

function isJwkSet(value: unknown): value is { keys: unknown } {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "keys");
}

function isJwk(value: unknown): value is PublicJwk {
  return typeof value === "object" && value !== null && "kty" in value && typeof value.kty === "string";
}
