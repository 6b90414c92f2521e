import assert from "node:assert/strict";
import type { AppError } from "@shared/errors/mod.ts";
import { openKeySet } from "./key-set.ts";
import { NOW_MS, signer, USER_ID } from "./signed-tokens.fixture.ts";
import { verifyUserToken } from "./user-token.ts";

const known = await signer("k1");
const other = await signer("k2");
const source = { kind: "remote", url: "https://demo.supabase.co/auth/v1/.well-known/jwks.json" } as const;

/** A published key set that counts how often it is asked for. */
function published(answer: () => Response | Promise<Response>) {
  const asked: string[] = [];
  const fetch = (input: string | URL | Request) => {
    asked.push(String(input));
    return Promise.resolve().then(answer);
  };
  const check = { jwks: openKeySet(source, fetch), issuer: null, clock: () => NOW_MS };
  return { asked, verify: (token: string) => verifyUserToken(token, check) };
}

Deno.test("openKeySet fetches a published key set once for many tokens", async () => {
  const { asked, verify } = published(() => Response.json({ keys: [known.jwk] }));
  for (let round = 0; round < 3; round += 1) assert.equal((await verify(await known.sign())).userId, USER_ID);
  assert.deepEqual(asked, [source.url]);
});

Deno.test("openKeySet is not driven to fetch by forged key ids", async () => {
  const { asked, verify } = published(() => Response.json({ keys: [known.jwk] }));
  await verify(await known.sign());
  for (let round = 0; round < 5; round += 1) {
    await assert.rejects(verify(await other.sign({}, { kid: `forged-${round}` })), { code: "unauthorized" });
  }
  assert.equal(asked.length, 1);
});

Deno.test("openKeySet calls an unreadable key set a passing trouble of ours, not a bad token", async () => {
  const answers: (() => Response)[] = [
    () => new Response("down", { status: 502 }),
    () => new Response("<html>"),
    () => Response.json({ no: "keys" }),
    () => {
      throw new TypeError("connection refused");
    },
  ];
  for (const answer of answers) {
    const { verify } = published(answer);
    const error = await verify(await known.sign()).then(() => assert.fail("accepted"), (thrown: AppError) => thrown);
    assert.equal(error.code, "ledger_unavailable");
    assert.equal(error.retryable, true);
  }
});

Deno.test("openKeySet recovers once the key set can be read again", async () => {
  let up = false;
  const { verify } = published(() => up ? Response.json({ keys: [known.jwk] }) : new Response("", { status: 503 }));
  await assert.rejects(verify(await known.sign()), { code: "ledger_unavailable" });
  up = true;
  assert.equal((await verify(await known.sign())).userId, USER_ID);
});

Deno.test("openKeySet asks for nothing when the algorithm is not allowed", async () => {
  const { asked, verify } = published(() => Response.json({ keys: [known.jwk] }));
  const unsigned = `${btoa('{"alg":"none"}').replace(/=+$/, "")}.e30.`;
  await assert.rejects(verify(unsigned), { code: "unauthorized" });
  assert.equal(asked.length, 0);
});
