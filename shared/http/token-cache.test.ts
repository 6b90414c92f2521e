import assert from "node:assert/strict";
import { claims, NOW_MS, USER_ID } from "./signed-tokens.fixture.ts";
import { rememberTokens } from "./token-cache.ts";

function counted(expiresInMs = 3_600_000) {
  const state = { nowMs: NOW_MS, verified: 0 };
  const exp = (NOW_MS + expiresInMs) / 1000;
  const verify = rememberTokens((token) => {
    state.verified += 1;
    if (token === "bad") return Promise.reject(new Error("refused"));
    const base = { kind: "user", userId: USER_ID, email: null, language: null } as const;
    return Promise.resolve({ ...base, token, claims: { ...claims, exp } });
  }, () => state.nowMs);
  return { state, verify };
}

Deno.test("rememberTokens verifies a token once a minute", async () => {
  const { state, verify } = counted();
  await verify("a");
  state.nowMs += 59_999;
  assert.equal((await verify("a")).token, "a");
  assert.equal(state.verified, 1);
  state.nowMs += 1;
  await verify("a");
  assert.equal(state.verified, 2);
});

Deno.test("rememberTokens forgets a token when it expires", async () => {
  const { state, verify } = counted(10_000);
  await verify("a");
  state.nowMs += 10_000;
  await verify("a");
  assert.equal(state.verified, 2);
});

Deno.test("rememberTokens does not remember refusals", async () => {
  const { state, verify } = counted();
  await assert.rejects(verify("bad"));
  await assert.rejects(verify("bad"));
  assert.equal(state.verified, 2);
});

Deno.test("rememberTokens keeps the newest 500 tokens", async () => {
  const { state, verify } = counted();
  for (let index = 0; index <= 500; index += 1) await verify(`token ${index}`);
  await verify("token 500");
  await verify("token 1");
  assert.equal(state.verified, 501);
  await verify("token 0");
  assert.equal(state.verified, 502);
});
