import assert from "node:assert/strict";
import { requestSettings } from "./request-settings.ts";

const defaults = {
  attemptTimeoutMs: 30_000,
  firstTokenTimeoutMs: 10_000,
  idleTimeoutMs: 15_000,
  retryCount: 3,
  onClientGone: "cancel",
  clientGraceMs: 30_000,
  logPayloads: false,
};

Deno.test("requestSettings() has the registry's defaults", () => {
  assert.deepEqual(requestSettings({}), defaults);
});

Deno.test("requestSettings() reads what is set, zero included", () => {
  assert.deepEqual(
    requestSettings({
      "ai.request.timeout": "PT5S",
      "ai.timeout.first_token": "PT0.5S",
      "ai.timeout.idle": "PT2S",
      "ai.retry.count": 0,
      "ai.stream.on_client_gone": "finish",
      "ai.chat.client_grace": "PT0S",
      "ai.log.payloads": true,
    }),
    {
      attemptTimeoutMs: 5_000,
      firstTokenTimeoutMs: 500,
      idleTimeoutMs: 2_000,
      retryCount: 0,
      onClientGone: "finish",
      clientGraceMs: 0,
      logPayloads: true,
    },
  );
});

Deno.test("requestSettings() treats a value of the wrong kind as absent", () => {
  assert.deepEqual(
    requestSettings({
      "ai.request.timeout": 30,
      "ai.retry.count": -1,
      "ai.stream.on_client_gone": "explode",
      "ai.log.payloads": "yes",
    }),
    defaults,
  );
});
