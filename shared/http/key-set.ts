import { createLocalJWKSet } from "jose/jwks/local";
import { createRemoteJWKSet, customFetch } from "jose/jwks/remote";
import type { JWTVerifyGetKey } from "jose/jwt/verify";
import { JWKSMultipleMatchingKeys, JWKSNoMatchingKey } from "jose/errors";
import { AppError } from "@shared/errors/mod.ts";
import type { JwksSource } from "@shared/config/mod.ts";

/** Finds the public key a token says it was signed with. */
export type KeySet = JWTVerifyGetKey;

/** How long a published key set may take to arrive. */
const FETCH_TIMEOUT_MS = 3_000;
/** Unknown key ids make us ask again at most this often, so that forged tokens cannot turn into a flood of fetches. */
const COOLDOWN_MS = 30_000;
/** A key the project has withdrawn stops being accepted after this. */
const CACHE_MAX_AGE_MS = 600_000;

/**
 * The project's key set. An inline one costs nothing; a published one is fetched at the first token and kept.
 * Keep the result: it is the cache.
 */
export function openKeySet(source: JwksSource, fetch: typeof globalThis.fetch = globalThis.fetch): KeySet {
  if (source.kind === "inline") return createLocalJWKSet({ keys: source.keys });
  const published = createRemoteJWKSet(new URL(source.url), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: CACHE_MAX_AGE_MS,
    [customFetch]: (url, init) => fetch(url, init),
  });
  return async (header, token) => {
    try {
      return await published(header, token);
    } catch (error) {
      if (error instanceof JWKSNoMatchingKey || error instanceof JWKSMultipleMatchingKeys) throw error;
      // Nobody's token is wrong because we could not read the keys: say so, and let the caller come back.
      throw new AppError("ledger_unavailable", "Cannot verify the token: the project's key set cannot be read", {
        cause: error,
        retryAfterMs: 1_000,
      });
    }
  };
}
