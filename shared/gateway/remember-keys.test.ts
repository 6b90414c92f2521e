import { deepEqual, equal, rejects } from "node:assert/strict";
import { AppError } from "@shared/errors/mod.ts";
import type { Caller } from "@shared/http/mod.ts";
import { rememberKeys } from "./remember-keys.ts";

const key = { authorization: "Bearer sbx_0123456789ab" };
const caller: Caller = { kind: "virtual_key", hash: "h" };

Deno.test("a virtual key is hashed once", async () => {
  let asked = 0;
  const authenticate = rememberKeys(() => {
    asked++;
    return Promise.resolve(caller);
  });
  for (let round = 0; round < 3; round++) deepEqual(await authenticate(new Headers(key)), caller);
  equal(asked, 1);
});

Deno.test("a known key that says it acts for somebody is refused as an unknown one is", async () => {
  const authenticate = rememberKeys((headers) =>
    headers.has("x-signalbox-act-as")
      ? Promise.reject(new AppError("unauthorized", "Cannot authenticate: x-signalbox-act-as is for secret keys"))
      : Promise.resolve(caller)
  );
  await authenticate(new Headers(key));
  await rejects(authenticate(new Headers({ ...key, "x-signalbox-act-as": crypto.randomUUID() })), AppError);
});
