import assert from "node:assert/strict";
import { headroom } from "./headroom.ts";

const read = (requests: string) => headroom(new Headers({ "x-ratelimit-remaining-requests": requests }));

Deno.test("headroom() is what fits into the log", () => {
  assert.deepEqual(read("12"), { requests: 12, tokens: null });
  assert.deepEqual(read("9999999999"), { requests: 2_147_483_647, tokens: null });
  assert.deepEqual(read("9".repeat(400)), { requests: 2_147_483_647, tokens: null });
  assert.deepEqual(read("-1"), { requests: null, tokens: null });
});
