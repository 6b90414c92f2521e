import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { PublicJwk } from "@shared/config/mod.ts";

/** The moment the tests live in, milliseconds since 1970. */
export const NOW_MS = Date.UTC(2026, 10, 21, 9, 0, 0);
export const USER_ID = "3f0c9a52-0d0e-4a55-9c77-0a4a7d3f1b10";

/** Claims of a token as the project's auth issues them, an hour long. */
export const claims = {
  sub: USER_ID,
  aud: "authenticated",
  role: "authenticated",
  email: "ada@example.com",
  iat: NOW_MS / 1000 - 60,
  exp: NOW_MS / 1000 + 3540,
};

/** Signs claims as an auth server would. */
export type Sign = (changed?: Record<string, unknown>, header?: Record<string, unknown>) => Promise<string>;

/** A signing key and the public half a project would publish. */
export async function signer(kid: string, alg: "ES256" | "RS256" = "ES256"): Promise<{ jwk: PublicJwk; sign: Sign }> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const exported = await exportJWK(publicKey);
  return {
    jwk: { ...exported, kty: exported.kty ?? "", kid, alg, use: "sig" },
    sign: (changed = {}, header = {}) =>
      new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg, kid, typ: "JWT", ...header }).sign(privateKey),
  };
}
