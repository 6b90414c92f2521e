import assert from "node:assert/strict";
import type { AppError } from "@shared/errors/mod.ts";
import { authenticator } from "./authenticator.ts";
import { requireIdentity } from "./caller.ts";
import { sha256Hex } from "./sha256.ts";
import { NOW_MS, signer, USER_ID } from "./signed-tokens.fixture.ts";

const project = await signer("k1");
const userToken = await project.sign();
const expired = await project.sign({ exp: NOW_MS / 1000 - 1 });
const legacyService = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2ln";
const legacyAnon = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2ln";
const virtualKey = "sbx_demo_0123456789abcdef";

const authenticate = authenticator({
  jwks: { kind: "inline", keys: [project.jwk] },
  jwtIssuer: null,
  publishableKeys: ["sb_publishable_a", legacyAnon],
  secretKeys: [{ name: "default", key: "sb_secret_a" }, { name: "automations", key: "sb_secret_b" }, {
    name: "legacy",
    key: legacyService,
  }],
}, { clock: () => NOW_MS });

async function callerOf(headers: Record<string, string>) {
  const caller = await authenticate(new Headers(headers));
  return caller.kind === "user" ? { kind: "user", userId: caller.userId } : caller;
}

async function refusal(headers: Record<string, string>): Promise<string> {
  const error = await authenticate(new Headers(headers)).then(
    (caller) => assert.fail(`accepted as ${caller.kind}`),
    (thrown: AppError) => thrown,
  );
  assert.equal(error.code, "unauthorized");
  return error.message;
}

const user = { kind: "user", userId: USER_ID };
const hash = await sha256Hex(virtualKey);

const accepted: [name: string, headers: Record<string, string>, caller: unknown][] = [
  ["a secret key that acts for a user, as the user", { apikey: "sb_secret_a", "x-signalbox-act-as": USER_ID }, user],
  ["a virtual key with the gateway's label of a user, as the key", {
    authorization: `Bearer ${virtualKey}`,
    "x-signalbox-user": "u-1",
  }, { kind: "virtual_key", hash }],
  ["a user's token alone", { authorization: `Bearer ${userToken}` }, user],
  ["a user's token in any case of the scheme", { authorization: `bearer ${userToken}` }, user],
  ["a user's token with a publishable key", { authorization: `Bearer ${userToken}`, apikey: "sb_publishable_a" }, user],
  ["a user's token with a secret key, as the user", {
    authorization: `Bearer ${userToken}`,
    apikey: "sb_secret_a",
  }, user],
  ["a user's token with an unknown apikey, as the user", { authorization: `Bearer ${userToken}`, apikey: "x" }, user],
  ["a secret key as apikey", { apikey: "sb_secret_b" }, { kind: "service", keyName: "automations" }],
  ["a secret key as Bearer", { authorization: "Bearer sb_secret_a" }, { kind: "service", keyName: "default" }],
  ["a secret key as both, as supabase-js sends it", {
    authorization: "Bearer sb_secret_a",
    apikey: "sb_secret_a",
  }, { kind: "service", keyName: "default" }],
  ["a secret key beside a publishable Bearer", {
    authorization: "Bearer sb_publishable_a",
    apikey: "sb_secret_a",
  }, { kind: "service", keyName: "default" }],
  ["a legacy service key", { authorization: `Bearer ${legacyService}`, apikey: legacyService }, {
    kind: "service",
    keyName: "legacy",
  }],
  ["a publishable key as apikey", { apikey: "sb_publishable_a" }, { kind: "publishable" }],
  ["a publishable key as both, as supabase-js sends it", {
    authorization: "Bearer sb_publishable_a",
    apikey: "sb_publishable_a",
  }, { kind: "publishable" }],
  ["a publishable key as Bearer alone", { authorization: "Bearer sb_publishable_a" }, { kind: "publishable" }],
  ["a legacy anon key", { authorization: `Bearer ${legacyAnon}`, apikey: legacyAnon }, { kind: "publishable" }],
  ["a virtual key as Bearer", { authorization: `Bearer ${virtualKey}` }, { kind: "virtual_key", hash }],
  ["a virtual key as x-api-key", { "x-api-key": virtualKey }, { kind: "virtual_key", hash }],
  ["a virtual key as apikey", { apikey: virtualKey }, { kind: "virtual_key", hash }],
  ["a virtual key beside a publishable key", { "x-api-key": virtualKey, apikey: "sb_publishable_a" }, {
    kind: "virtual_key",
    hash,
  }],
];
for (const [name, headers, caller] of accepted) {
  Deno.test(`authenticate accepts ${name}`, async () => assert.deepEqual(await callerOf(headers), caller));
}

const refused: [name: string, headers: Record<string, string>, detail: RegExp][] = [
  ["nothing", {}, /send a user's token as Authorization: Bearer, or a key as apikey/],
  ["an expired token", { authorization: `Bearer ${expired}` }, /the token has expired/],
  ["a bad token beside a good publishable key", {
    authorization: `Bearer ${userToken}x`,
    apikey: "sb_publishable_a",
  }, /not one of this project's/],
  ["a bad token beside a good secret key", {
    authorization: `Bearer ${expired}`,
    apikey: "sb_secret_a",
  }, /the token has expired/],
  ["an unknown secret key", { apikey: "sb_secret_c" }, /the apikey is not one of this project's/],
  ["a prefix of a secret key", { apikey: "sb_secret_" }, /the apikey is not one of this project's/],
  ["an unknown secret key as Bearer beside a good one", {
    authorization: "Bearer sb_secret_c",
    apikey: "sb_secret_a",
  }, /the secret key is not one of this project's/],
  ["an unknown publishable key", { apikey: "sb_publishable_b" }, /the apikey is not one of this project's/],
  ["an unknown publishable key as Bearer", { authorization: "Bearer sb_publishable_b" }, /send a user's token/],
  ["a user's token as apikey", { apikey: userToken }, /the apikey is not one of this project's/],
  ["a malformed virtual key", { "x-api-key": "sbx_$" }, /the virtual key is malformed/],
  ["a vendor's own key", { "x-api-key": "sk-ant-1" }, /x-api-key is not a virtual key/],
  ["another scheme", { authorization: "Basic YTpi" }, /not of the form: Bearer <token>/],
  ["a user who acts for another", {
    authorization: `Bearer ${userToken}`,
    "x-signalbox-act-as": USER_ID,
  }, /x-signalbox-act-as is for secret keys/],
  [
    "a publishable key that acts for a user",
    { apikey: "sb_publishable_a", "x-signalbox-act-as": USER_ID },
    /is for secret keys/,
  ],
  ["a virtual key that acts for a user", { apikey: virtualKey, "x-signalbox-act-as": USER_ID }, /is for secret keys/],
  ["a secret key that acts for nobody", { apikey: "sb_secret_a", "x-signalbox-act-as": "" }, /names no user/],
  ["an empty Bearer", { authorization: "Bearer" }, /not of the form: Bearer <token>/],
];
for (const [name, headers, detail] of refused) {
  Deno.test(`authenticate refuses ${name}`, async () => assert.match(await refusal(headers), detail));
}

Deno.test("requireIdentity refuses a publishable key and says what to send", () => {
  assert.throws(() => requireIdentity({ kind: "publishable" }), {
    code: "unauthorized",
    message: /a publishable key identifies nobody/,
  });
  assert.deepEqual(requireIdentity({ kind: "service", keyName: "default" }), { kind: "service", keyName: "default" });
});

Deno.test("sha256Hex gives the published digest", async () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(await sha256Hex("abc"), abc);
  assert.equal(await sha256Hex(new TextEncoder().encode("abc")), abc);
});
