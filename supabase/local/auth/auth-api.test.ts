import assert from "node:assert/strict";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { clientOf, signedUp, startFixture } from "../fixtures/start-fixture.ts";

Deno.test("the auth API works with supabase-js as hosted", async (test) => {
  const mails: string[] = [];
  const stack = await startFixture({ onLog: (line) => mails.push(line) });
  const { client, id, token } = await signedUp(stack, "reader@example.com");

  await test.step("a sign-up gives a session whose token has the claims of a hosted one", () => {
    assert.equal(decodeProtectedHeader(token).alg, "ES256");
    const claims = decodeJwt(token);
    assert.partialDeepStrictEqual(claims, {
      iss: `${stack.url}/auth/v1`,
      sub: id,
      aud: "authenticated",
      role: "authenticated",
      email: "reader@example.com",
      phone: "",
      app_metadata: { provider: "email", providers: ["email"] },
      user_metadata: { email: "reader@example.com" },
      aal: "aal1",
      is_anonymous: false,
    });
    assert.equal(typeof claims["session_id"], "string");
    assert.deepEqual(claims["amr"], [{ method: "password", timestamp: claims.iat }]);
  });

  await test.step("getClaims checks the token by the published keys", async () => {
    const { data, error } = await client.auth.getClaims();
    assert.equal(error, null);
    assert.equal(data?.header.alg, "ES256");
    assert.equal(data?.claims.sub, id);
  });

  await test.step("getUser, updateUser and refreshSession know the user", async () => {
    assert.equal((await client.auth.getUser()).data.user?.id, id);
    const updated = await client.auth.updateUser({ data: { name: "Ada" } });
    assert.equal(updated.error, null);
    const { data, error } = await client.auth.refreshSession();
    assert.equal(error, null);
    assert.partialDeepStrictEqual(decodeJwt(data.session?.access_token ?? ""), { user_metadata: { name: "Ada" } });
  });

  await test.step("a sign-in by password works, and by a wrong one does not", async () => {
    const wrong = await clientOf(stack).auth.signInWithPassword({ email: "reader@example.com", password: "no" });
    assert.equal(wrong.error?.code, "invalid_credentials");
    const right = await clientOf(stack).auth.signInWithPassword({
      email: "reader@example.com",
      password: "correct horse battery",
    });
    assert.equal(right.error, null);
    assert.equal(right.data.user?.id, id);
  });

  await test.step("a sign-in by code gives a token of ours too", async () => {
    const other = clientOf(stack);
    assert.equal((await other.auth.signInWithOtp({ email: "reader@example.com" })).error, null);
    const code = /\b(\d{6})\b/.exec(mails.findLast((line) => line.includes("reader@example.com")) ?? "")?.[1] ?? "";
    const { data, error } = await other.auth.verifyOtp({ email: "reader@example.com", token: code, type: "magiclink" });
    assert.equal(error, null);
    assert.partialDeepStrictEqual(decodeJwt(data.session?.access_token ?? ""), { sub: id, amr: [{ method: "otp" }] });
  });

  await test.step("a signed-out session can not be refreshed", async () => {
    const { client: leaving } = await signedUp(stack, "leaving@example.com");
    const session = (await leaving.auth.getSession()).data.session;
    assert.equal((await leaving.auth.signOut()).error, null);
    const again = await clientOf(stack).auth.refreshSession({ refresh_token: session?.refresh_token ?? "" });
    assert.notEqual(again.error, null);
  });

  await test.step("a forged token is 401 at every API", async () => {
    const forged = `${token.slice(0, -6)}AAAAAA`;
    for (const path of ["/auth/v1/user", "/rest/v1/notes", "/storage/v1/bucket"]) {
      for (const bearer of [forged, "garbage", "a.b.c"]) {
        const answer = await fetch(stack.url + path, {
          headers: { apikey: stack.publishableKey, authorization: `Bearer ${bearer}` },
        });
        assert.equal(answer.status, 401, `${path} ${bearer}`);
        await answer.body?.cancel();
      }
    }
  });

  await test.step("browsers of every origin may ask", async () => {
    const preflight = await fetch(`${stack.url}/auth/v1/token`, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "apikey, content-type, x-client-info",
      },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-headers"), "apikey, content-type, x-client-info");
    const settings = await fetch(`${stack.url}/auth/v1/settings`, { headers: { apikey: stack.publishableKey } });
    assert.equal(settings.headers.get("access-control-allow-origin"), "*");
    await settings.body?.cancel();
  });

  await stack.stop();
});
