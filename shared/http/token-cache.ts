import type { UserCaller } from "./caller.ts";

/** Verifies a token or throws. */
export type VerifyToken = (token: string) => Promise<UserCaller>;

/** A token is looked at again at least this often, so that a withdrawn key or a shortened session counts soon. */
const MAX_AGE_MS = 60_000;
const MAX_TOKENS = 500;

/**
 * Remembers tokens that were verified: checking an ES256 signature takes about 0.3 ms of CPU, as long as the rest of our
 * work on a gateway call. Never remembered beyond the token's own expiry; refusals are not remembered at all.
 */
export function rememberTokens(verify: VerifyToken, clock: () => number): VerifyToken {
  const remembered = new Map<string, { caller: UserCaller; untilMs: number }>();
  return async (token) => {
    const known = remembered.get(token);
    if (known !== undefined && clock() < known.untilMs) return known.caller;
    remembered.delete(token);
    const caller = await verify(token);
    const expiresMs = Number(caller.claims["exp"]) * 1000;
    const oldest = remembered.size >= MAX_TOKENS ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(token, { caller, untilMs: Math.min(expiresMs, clock() + MAX_AGE_MS) });
    return caller;
  };
}
