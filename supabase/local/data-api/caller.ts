import type { JWTPayload } from "jose";

/** Who a request runs as: one of the API roles, and the claims that SQL sees. */
export interface Caller {
  role: string;
  claims: Record<string, unknown>;
}

/** The role behind each API key. */
export type KeyRoles = ReadonlyMap<string, "anon" | "service_role">;

/** Browsers must not hold a secret key, so hosted Supabase refuses one that comes from there. */
const BROWSER = /^\s*Mozilla\/5\.0/i;

/**
 * The caller of a request whose token, if it has one, was checked. A token decides over the key; without one the key
 * does. Null when the API key is missing, unknown or misused, which the inner API explains.
 */
export function callerOf(headers: Headers, tokenClaims: JWTPayload | null, keyRoles: KeyRoles): Caller | null {
  const role = keyRoles.get(headers.get("apikey") ?? "");
  if (role === undefined) return null;
  if (role === "service_role" && BROWSER.test(headers.get("user-agent") ?? "")) return null;
  return tokenClaims === null ? { role, claims: { role } } : callerOfClaims(tokenClaims);
}

/** The caller that a checked token names. */
export function callerOfClaims(claims: JWTPayload): Caller {
  const claimed = claims["role"];
  return { role: typeof claimed === "string" && claimed !== "" ? claimed : "anon", claims };
}
