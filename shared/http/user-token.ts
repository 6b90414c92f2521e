import { jwtVerify } from "jose/jwt/verify";
import { JWTClaimValidationFailed, JWTExpired } from "jose/errors";
import { AppError } from "@shared/errors/mod.ts";
import type { UserCaller } from "./caller.ts";
import { chosenLanguage } from "./language.ts";
import type { KeySet } from "./key-set.ts";

/** What a user token is checked against. */
export interface TokenCheck {
  jwks: KeySet;
  /** Expected `iss`; null = not checked. */
  issuer: string | null;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** Asymmetric only: with a symmetric algorithm a public key would pass for the secret, and `none` needs no key at all. */
const ALGORITHMS = ["ES256", "RS256"];
const MAX_TOKEN_LENGTH = 16_384;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The user a token of the project's auth speaks for. Nothing is asked of the auth server: signature, expiry, audience and
 * role are checked here.
 *
 * @throws {AppError} `unauthorized`; `ledger_unavailable` when a published key set cannot be read.
 */
export async function verifyUserToken(token: string, check: TokenCheck): Promise<UserCaller> {
  if (token.length > MAX_TOKEN_LENGTH) throw refused("the token is too long");
  const claims = await verifiedClaims(token, check);
  const { sub, email } = claims;
  if (claims["role"] !== "authenticated") throw refused("the token is not a signed-in user's");
  if (typeof sub !== "string" || !UUID.test(sub)) throw refused("the token names no user");
  return {
    kind: "user",
    userId: sub.toLowerCase(),
    email: typeof email === "string" && email !== "" ? email : null,
    token,
    language: chosenLanguage(claims["user_metadata"]),
    claims,
  };
}

async function verifiedClaims(token: string, check: TokenCheck): Promise<Record<string, unknown>> {
  try {
    const { payload } = await jwtVerify(token, check.jwks, {
      algorithms: ALGORITHMS,
      audience: "authenticated",
      requiredClaims: ["sub", "exp", "role"],
      currentDate: new Date(check.clock()),
      ...(check.issuer === null ? {} : { issuer: check.issuer }),
    });
    return payload;
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof JWTExpired) throw refused("the token has expired", error);
    if (error instanceof JWTClaimValidationFailed) throw refused("the token is not a signed-in user's", error);
    throw refused("the token is not one of this project's", error);
  }
}

function refused(state: string, cause?: unknown): AppError {
  return new AppError("unauthorized", `Cannot authenticate: ${state}`, { cause });
}
