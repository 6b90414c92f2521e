import assert from "node:assert/strict";
import { createLocalJWKSet, decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";
import { AccessTokens } from "./access-tokens.ts";
import { generateStackKeys } from "./stack-keys.ts";

const keys = await generateStackKeys();
const START = 1_795_000_000;
const claims = { sub: "u1", role: "authenticated", iat: START, exp: START + 3600 };

function tokensAt(seconds: number): Promise<AccessTokens> {
  return AccessTokens.create(keys.signing_key, keys.internal_secret, () => new Date(seconds * 1000));
}

Deno.test("AccessTokens signs with ES256 what anyone can check by the published keys", async () => {
  const tokens = await tokensAt(START);
  const token = await tokens.sign(claims);
  const header = decodeProtectedHeader(token);
  assert.deepEqual([header.alg, header.typ, header.kid], ["ES256", "JWT", tokens.jwks.keys[0]?.kid]);
  const { payload } = await jwtVerify(token, createLocalJWKSet(tokens.jwks), { currentDate: new Date(START * 1000) });
  assert.deepEqual(payload, claims);
});

Deno.test("AccessTokens publishes no private part", async () => {
  const { jwks } = await tokensAt(START);
  assert.deepEqual(jwks.keys.map((key) => "d" in key), [false]);
});

Deno.test("AccessTokens gives a good token an inner twin with the same claims", async () => {
  const tokens = await tokensAt(START);
  const check = await tokens.check(await tokens.sign(claims));
  assert.equal(check.outcome, "valid");
  if (check.outcome !== "valid") return;
  assert.deepEqual(check.claims, claims);
  assert.equal(decodeProtectedHeader(check.internalToken).alg, "HS256");
  assert.deepEqual(await tokens.readInternal(check.internalToken), claims);
});

Deno.test("AccessTokens sees that a token has expired, also one it remembers", async () => {
  let now = START;
  const tokens = await AccessTokens.create(keys.signing_key, keys.internal_secret, () => new Date(now * 1000));
  const token = await tokens.sign(claims);
  assert.equal((await tokens.check(token)).outcome, "valid");
  now = START + 3600;
  assert.equal((await tokens.check(token)).outcome, "expired");
  assert.equal((await (await tokensAt(START + 4000)).check(token)).outcome, "expired");
});

Deno.test("AccessTokens refuses what another key, another algorithm or nobody signed", async () => {
  const tokens = await tokensAt(START);
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const kid = keys.signing_key.kid ?? "";
  const foreign = await new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid }).sign(privateKey);
  const [head, body, signature] = (await tokens.sign(claims)).split(".");
  const unsigned = `${btoa(JSON.stringify({ alg: "none" }))}.${body}.`;
  const changed = `${head}.${
    btoa(JSON.stringify({ ...claims, role: "service_role" })).replace(/=+$/, "")
  }.${signature}`;
  const { x } = await exportJWK(tokens.publicKey);
  const byPublicKey = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid })
    .sign(new TextEncoder().encode(String(x)));
  const internal = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(keys.internal_secret));
  for (const token of [foreign, unsigned, changed, byPublicKey, internal, "abc", "a.b.c"]) {
    assert.equal((await tokens.check(token)).outcome, "forged", token);
  }
});
