import assert from "node:assert/strict";
import { generateSecret, SignJWT } from "jose";
import type { AppError } from "@shared/errors/mod.ts";
import { openKeySet } from "./key-set.ts";
import { claims, NOW_MS, signer, USER_ID } from "./signed-tokens.fixture.ts";
import { type TokenCheck, verifyUserToken } from "./user-token.ts";

const es256 = await signer("k1");
const rs256 = await signer("k2", "RS256");
const stranger = await signer("k1");
const check: TokenCheck = {
  jwks: openKeySet({ kind: "inline", keys: [es256.jwk, rs256.jwk] }),
  issuer: null,
  clock: () => NOW_MS,
};

async function refusal(token: string, against = check): Promise<string> {
  const error = await verifyUserToken(token, against).then(() => assert.fail("accepted"), (thrown: AppError) => thrown);
  assert.equal(error.code, "unauthorized");
  return error.message;
}

Deno.test("verifyUserToken says who a signed-in user is, for both algorithms", async () => {
  for (const { sign } of [es256, rs256]) {
    const token = await sign({ user_metadata: { language: "de" } });
    const { claims: read, ...user } = await verifyUserToken(token, check);
    assert.deepEqual(user, { kind: "user", userId: USER_ID, email: "ada@example.com", token, language: "de" });
    assert.equal(read["aud"], "authenticated");
  }
});

Deno.test("verifyUserToken knows accounts without an address and without a language", async () => {
  const user = await verifyUserToken(await es256.sign({ email: "", user_metadata: { language: 7 } }), check);
  assert.equal(user.email, null);
  assert.equal(user.language, null);
});

Deno.test("verifyUserToken refuses an expired token and says so", async () => {
  const token = await es256.sign({ exp: NOW_MS / 1000 });
  assert.equal(await refusal(token), "Cannot authenticate: the token has expired");
});

Deno.test("verifyUserToken refuses a token that never expires", async () => {
  assert.match(await refusal(await es256.sign({ exp: undefined })), /not a signed-in user's/);
});

Deno.test("verifyUserToken refuses other audiences, roles and subjects", async () => {
  for (
    const changed of [
      { aud: "other" },
      { role: "anon" },
      { role: "service_role" },
      { role: undefined },
      { sub: undefined },
      { sub: "admin" },
      { sub: "" },
    ]
  ) {
    assert.match(await refusal(await es256.sign(changed)), /not a signed-in user's|names no user/);
  }
});

Deno.test("verifyUserToken refuses a signature by another key of the same name", async () => {
  assert.equal(await refusal(await stranger.sign()), "Cannot authenticate: the token is not one of this project's");
});

Deno.test("verifyUserToken refuses a key the project does not publish", async () => {
  assert.match(await refusal(await es256.sign({}, { kid: "k9" })), /not one of this project's/);
});

Deno.test("verifyUserToken refuses changed claims under a real signature", async () => {
  const [header, , signature] = (await es256.sign()).split(".");
  const forged = btoa(JSON.stringify({ ...claims, sub: "00000000-0000-4000-8000-000000000000" }))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  assert.match(await refusal(`${header}.${forged}.${signature}`), /not one of this project's/);
});

Deno.test("verifyUserToken refuses symmetric and absent signatures, whatever key they were made with", async () => {
  const encode = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  const unsigned = `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;
  assert.match(await refusal(unsigned), /not one of this project's/);

  const publicKeyAsSecret = new TextEncoder().encode(JSON.stringify(es256.jwk));
  for (const secret of [publicKeyAsSecret, await generateSecret("HS256")]) {
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "k1" }).sign(secret);
    assert.match(await refusal(token), /not one of this project's/);
  }
});

Deno.test("verifyUserToken refuses what is no token at all", async () => {
  for (const token of ["", "x", "a.b", "a.b.c", "a.b.c.d", `${"a".repeat(20_000)}.b.c`]) {
    assert.match(await refusal(token), /not one of this project's|too long/);
  }
});

Deno.test("verifyUserToken checks the issuer when the deployment names one", async () => {
  const strict = { ...check, issuer: "https://demo.supabase.co/auth/v1" };
  const good = await es256.sign({ iss: strict.issuer });
  assert.equal((await verifyUserToken(good, strict)).userId, USER_ID);
  await refusal(await es256.sign({ iss: "https://evil.example/auth/v1" }), strict);
  await refusal(await es256.sign(), strict);
});
