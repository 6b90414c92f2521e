import type { Config } from "@shared/config/mod.ts";
import { authenticate } from "./authenticate.ts";
import type { Caller } from "./caller.ts";
import { openKeySet } from "./key-set.ts";
import { findKeyAmong } from "./secret-keys.ts";
import { rememberTokens } from "./token-cache.ts";
import { verifyUserToken } from "./user-token.ts";

/** {@linkcode authenticate} with a deployment's keys. */
export type Authenticate = (headers: Headers) => Promise<Caller>;

/**
 * Prepares authentication for a deployment. Keep the result for the isolate's life: it holds the key set and the tokens
 * verified lately.
 */
export function authenticator(
  config: Pick<Config, "jwks" | "jwtIssuer" | "publishableKeys" | "secretKeys">,
  parts: { clock?: () => number; fetch?: typeof fetch } = {},
): Authenticate {
  const clock = parts.clock ?? Date.now;
  const check = { jwks: openKeySet(config.jwks, parts.fetch), issuer: config.jwtIssuer, clock };
  const means = {
    verifyToken: rememberTokens((token) => verifyUserToken(token, check), clock),
    findSecretKey: findKeyAmong(config.secretKeys),
    publishableKeys: config.publishableKeys,
  };
  return (headers) => authenticate(headers, means);
}
