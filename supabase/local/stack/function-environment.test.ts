import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { signedUp, startFixture } from "../fixtures/start-fixture.ts";
import { functionEnvironment } from "./function-environment.ts";

Deno.test("functions are told the issuer that the tokens of the stack name", async () => {
  await using started = new AsyncDisposableStack();
  const stack = await startFixture();
  started.defer(() => stack.stop());
  const { token } = await signedUp(stack, "issuer@test.example");
  const keys = { publishable_key: "p", secret_key: "s", automations_key: "a" };
  const told = functionEnvironment({ url: stack.url, keys, jwks: { keys: [] }, databaseUrl: null });
  assert.equal(decodeJwt(token).iss, told["SIGNALBOX_JWT_ISSUER"]);
});
