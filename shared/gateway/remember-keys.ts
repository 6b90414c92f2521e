import { ACTING_USER, type Authenticate, type Caller } from "@shared/http/mod.ts";

const MOST_KEYS = 500;

/**
 * The same, the digests of virtual keys remembered: what a key may do is the database's to say on every request, what it hashes to never
 * changes.
 */
export function rememberKeys(authenticate: Authenticate): Authenticate {
  const remembered = new Map<string, Caller>();
  return async (headers) => {
    const authorization = headers.get("authorization") ?? "";
    const known = remembered.get(authorization);
    // Whoever acts for somebody else is looked at anew: keys may not.
    if (known !== undefined && !headers.has(ACTING_USER)) return known;
    const caller = await authenticate(headers);
    if (caller.kind !== "virtual_key" || !/^bearer +sbx_/i.test(authorization)) return caller;
    const oldest = remembered.size >= MOST_KEYS ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(authorization, caller);
    return caller;
  };
}
