import assert from "node:assert/strict";
import { formatBytes } from "./bytes.ts";

Deno.test("formatBytes takes the unit that keeps the number short", () => {
  assert.equal(formatBytes(0, "en"), "0 byte");
  assert.equal(formatBytes(999, "en"), "999 byte");
  assert.equal(formatBytes(1000, "en"), "1 kB");
  assert.equal(formatBytes(1_234_567, "de"), "1,2 MB");
  assert.equal(formatBytes(5_000_000_000_000, "en"), "5,000 GB");
});
