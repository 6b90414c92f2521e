import assert from "node:assert/strict";
import { headroom } from "./headroom.ts";
import { isStandIn } from "./stand-in.ts";

Deno.test("isStandIn is told by the header alone", () => {
  const value = (header: Record<string, string>) => isStandIn(new Headers(header));
  assert.equal(value({}), false);
  assert.equal(value({ "x-signalbox-stand-in": "true" }), true);
  assert.equal(value({ "X-Signalbox-Stand-In": "1" }), true);
  assert.equal(value({ "x-signalbox-stand-in": "false" }), false);
});

Deno.test("headroom reads each vendor's headers and nothing into their absence", () => {
  const read = (headers: Record<string, string>) => headroom(new Headers(headers));
  assert.deepEqual(read({}), { requests: null, tokens: null });
  assert.deepEqual(read({ "x-ratelimit-remaining-requests": "0" }), { requests: 0, tokens: null });
  assert.deepEqual(read({ "x-ratelimit-remaining": "5", "x-tokenlimit-remaining": "6" }), { requests: 5, tokens: 6 });
  assert.deepEqual(read({ "anthropic-ratelimit-input-tokens-remaining": "7" }), { requests: null, tokens: 7 });
  assert.deepEqual(read({ "x-ratelimit-remaining-tokens": "many" }), { requests: null, tokens: null });
});
