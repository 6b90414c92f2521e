import assert from "node:assert/strict";
import { withRange } from "./byte-range.ts";

/** Sent in two pieces, so that ranges cross them. */
function answer(): Response {
  const pieces = ["01234", "56789"].map((text) => new TextEncoder().encode(text));
  return new Response(ReadableStream.from(pieces), { headers: { "content-length": "10" } });
}

const CASES: readonly [range: string | null, status: number, body: string, contentRange: string | null][] = [
  [null, 200, "0123456789", null],
  ["bytes=0-0", 206, "0", "bytes 0-0/10"],
  ["bytes=3-6", 206, "3456", "bytes 3-6/10"],
  ["bytes=7-", 206, "789", "bytes 7-9/10"],
  ["bytes=7-99", 206, "789", "bytes 7-9/10"],
  ["bytes=-3", 206, "789", "bytes 7-9/10"],
  ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
  ["bytes=10-", 416, "", "bytes */10"],
  ["bytes=-0", 416, "", "bytes */10"],
  ["bytes=1-2,4-5", 200, "0123456789", null],
  ["lines=1-2", 200, "0123456789", null],
];

for (const [range, status, body, contentRange] of CASES) {
  Deno.test(`withRange answers ${status} to "${range}"`, async () => {
    const cut = withRange(answer(), range);
    assert.deepEqual([cut.status, await cut.text(), cut.headers.get("content-range")], [status, body, contentRange]);
  });
}
