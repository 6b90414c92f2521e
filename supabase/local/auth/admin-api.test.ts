import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { clientOf, signedUp, startFixture } from "../fixtures/start-fixture.ts";

const PASSWORD = "correct horse battery";

Deno.test("the admin part of the auth API works with supabase-js as hosted", async (test) => {
  const stack = await startFixture();
  const { admin } = clientOf(stack, stack.secretKey).auth;
  const signIn = (email: string, password: string) => clientOf(stack).auth.signInWithPassword({ email, password });
  let id = "";

  await test.step("a created user is shown, and can sign in at once", async () => {
    const { data, error } = await admin.createUser({
      email: "Ada@example.com",
      password: PASSWORD,
      email_confirm: true,
      user_metadata: { name: "Ada" },
      app_metadata: { plan: "pro" },
    });
    assert.equal(error, null);
    id = data.user?.id ?? "";
    assert.partialDeepStrictEqual(data.user, {
      email: "ada@example.com",
      role: "authenticated",
      user_metadata: { name: "Ada", email_verified: true },
      app_metadata: { provider: "email", providers: ["email"], plan: "pro" },
      identities: [{ provider: "email", identity_data: { sub: id, email: "ada@example.com" } }],
    });
    assert.ok(data.user?.email_confirmed_at);
    const session = await signIn("ada@example.com", PASSWORD);
    assert.equal(session.data.user?.id, id);
    assert.partialDeepStrictEqual(decodeJwt(session.data.session?.access_token ?? ""), {
      app_metadata: { plan: "pro" },
      user_metadata: { name: "Ada" },
    });
  });

  await test.step("an unconfirmed one cannot, until it is confirmed", async () => {
    const { data } = await admin.createUser({ email: "bo@example.com", password: PASSWORD });
    assert.equal((await signIn("bo@example.com", PASSWORD)).error?.code, "email_not_confirmed");
    const confirmed = await admin.updateUserById(data.user?.id ?? "", { email_confirm: true });
    assert.equal(confirmed.error, null);
    assert.equal((await signIn("bo@example.com", PASSWORD)).error, null);
  });

  await test.step("a hash of a password does as well as the password", async () => {
    const [row] = await stack.sql("select encrypted_password as hash from auth.users where id = $1", [id]);
    await admin.createUser({ email: "hash@example.com", password_hash: String(row?.["hash"]), email_confirm: true });
    assert.equal((await signIn("hash@example.com", PASSWORD)).error, null);
  });

  await test.step("a trigger on auth.users sees the whole user", async () => {
    await stack.sql("create table public.profiles (id uuid, email text, name text)");
    await stack.sql(`create function public.handle_new_user() returns trigger language plpgsql as $$
      begin insert into public.profiles values (new.id, new.email, new.raw_user_meta_data ->> 'name'); return new; end $$`);
    await stack.sql(
      "create trigger on_created after insert on auth.users for each row execute function public.handle_new_user()",
    );
    const { data } = await admin.createUser({ email: "t@example.com", user_metadata: { name: "T" } });
    assert.deepEqual(await stack.sql("select * from public.profiles"), [
      { id: data.user?.id, email: "t@example.com", name: "T" },
    ]);
    await stack.sql("drop trigger on_created on auth.users");
  });

  await test.step("what cannot be is refused in hosted Auth's words", async () => {
    const again = await admin.createUser({ email: "ada@EXAMPLE.com", password: PASSWORD });
    assert.deepEqual([again.error?.status, again.error?.code], [422, "email_exists"]);
    const nobody = await admin.createUser({ password: PASSWORD });
    assert.deepEqual([nobody.error?.status, nobody.error?.code], [400, "validation_failed"]);
    const missing = await admin.getUserById(crypto.randomUUID());
    assert.deepEqual([missing.error?.status, missing.error?.code], [404, "user_not_found"]);
    const banned = await admin.updateUserById(id, { ban_duration: "24h" });
    assert.deepEqual([banned.error?.status, banned.error?.code], [400, "validation_failed"]);
    const kept = await admin.deleteUser(id, true);
    assert.equal(kept.error?.status, 400);
    const invited = await admin.inviteUserByEmail("new@example.com");
    assert.notEqual(invited.error, null);
  });

  await test.step("a list comes in pages, the newest first", async () => {
    const first = await admin.listUsers({ page: 1, perPage: 2 });
    assert.equal(first.error, null);
    assert.deepEqual(first.data.users.map(({ email }) => email), ["t@example.com", "hash@example.com"]);
    // The demo's user is one more.
    assert.deepEqual([first.data.nextPage, first.data.lastPage, "total" in first.data && first.data.total], [2, 3, 5]);
    const all = await admin.listUsers();
    assert.equal(all.data.users.length, 5);
  });

  await test.step("a change keeps what it does not name", async () => {
    const { data, error } = await admin.updateUserById(id, {
      email: "ada.l@example.com",
      password: "another long password",
      user_metadata: { title: "Countess", email_verified: null, place: { city: null } },
    });
    assert.equal(error, null);
    assert.deepEqual(data.user?.user_metadata, { name: "Ada", title: "Countess", place: { city: null } });
    assert.partialDeepStrictEqual(data.user, {
      email: "ada.l@example.com",
      app_metadata: { plan: "pro" },
      identities: [{ identity_data: { email: "ada.l@example.com" } }],
    });
    assert.equal((await signIn("ada.l@example.com", "another long password")).error, null);
    assert.equal((await signIn("ada.l@example.com", PASSWORD)).error?.code, "invalid_credentials");
  });

  await test.step("links and codes of each kind sign in, once", async () => {
    for (const type of ["magiclink", "recovery", "signup"] as const) {
      const email = type === "signup" ? "link@example.com" : "ada.l@example.com";
      const { data, error } = await admin.generateLink({ type, email, password: PASSWORD });
      assert.equal(error, null, type);
      assert.equal(data.properties?.verification_type, type);
      const opened = await fetch(data.properties?.action_link ?? "", { redirect: "manual" });
      await opened.body?.cancel();
      const landed = new URL(opened.headers.get("location") ?? "");
      const token = new URLSearchParams(landed.hash.slice(1)).get("access_token") ?? "";
      assert.equal(decodeJwt(token).sub, data.user?.id, type);
      const twice = await fetch(data.properties?.action_link ?? "", { redirect: "manual" });
      await twice.body?.cancel();
      assert.match(twice.headers.get("location") ?? "", /error=access_denied/, type);
    }
    const { data } = await admin.generateLink({ type: "magiclink", email: "unheard-of@example.com" });
    const verified = await clientOf(stack).auth.verifyOtp({
      email: "unheard-of@example.com",
      token: data.properties?.email_otp ?? "",
      type: "magiclink",
    });
    assert.equal(verified.data.user?.id, data.user?.id);
    const none = await admin.generateLink({ type: "recovery", email: "nobody@example.com" });
    assert.equal(none.error?.code, "user_not_found");
    const confirmed = await admin.generateLink({ type: "signup", email: "ada.l@example.com", password: PASSWORD });
    assert.equal(confirmed.error?.code, "email_exists");
  });

  await test.step("a deleted user is gone with every session", async () => {
    const { client, id: leaving } = await signedUp(stack, "leaving@example.com");
    assert.equal((await admin.deleteUser(leaving)).error, null);
    assert.equal((await admin.getUserById(leaving)).error?.code, "user_not_found");
    assert.notEqual((await client.auth.refreshSession()).error, null);
    assert.equal((await admin.deleteUser(leaving)).error?.code, "user_not_found");
  });

  await test.step("nobody else may", async () => {
    const { token } = await signedUp(stack, "plain@example.com");
    for (
      const [apikey, bearer, status] of [
        [stack.publishableKey, stack.publishableKey, 403],
        [stack.publishableKey, token, 403],
        [stack.secretKey, token, 403],
        ["sb_secret_wrong", "sb_secret_wrong", 401],
      ] as const
    ) {
      for (
        const [method, path] of [["GET", "users"], ["POST", "users"], ["POST", "generate_link"], [
          "DELETE",
          `users/${id}`,
        ]]
      ) {
        const answer = await fetch(`${stack.url}/auth/v1/admin/${path}`, {
          method: method ?? "GET",
          headers: { apikey, authorization: `Bearer ${bearer}`, "content-type": "application/json" },
          ...(method === "GET" ? {} : { body: JSON.stringify({ email: "x@example.com", type: "magiclink" }) }),
        });
        await answer.body?.cancel();
        assert.equal(answer.status, status, `${method} ${path} ${apikey.slice(0, 10)}`);
      }
    }
    assert.deepEqual(await stack.sql("select from auth.users where email = 'x@example.com'"), []);
  });

  await stack.stop();
});
