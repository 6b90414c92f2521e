import assert from "node:assert/strict";
import { formatCount, formatDuration, formatShare, shareOf } from "./quantity.ts";

Deno.test("formatCount writes counts in full and shortens large ones", () => {
  assert.equal(formatCount(0, "en"), "0");
  assert.equal(formatCount(99_999, "en"), "99,999");
  assert.equal(formatCount(1_234_567, "en"), "1.2M");
  assert.equal(formatCount(1_234_567, "en-GB"), "1.2M");
  assert.equal(formatCount(null, "en"), "–");
});

Deno.test("formatShare keeps a decimal where it matters", () => {
  assert.equal(formatShare(0.004, "en"), "0.4%");
  assert.equal(formatShare(0.5, "en"), "50%");
  assert.equal(formatShare(0, "en"), "0%");
  assert.equal(formatShare(null, "en"), "–");
});

Deno.test("shareOf says unknown for a share of nothing", () => {
  assert.equal(shareOf(1, 4), 0.25);
  assert.equal(shareOf(0, 0), null);
});

Deno.test("formatDuration chooses the unit", () => {
  assert.equal(formatDuration(640, "en"), "640 ms");
  assert.equal(formatDuration(1240, "en"), "1.24 s");
  assert.equal(formatDuration(12_340, "en"), "12.3 s");
  assert.equal(formatDuration(125_000, "en"), "2 min 5 s");
  assert.equal(formatDuration(null, "en"), "–");
});
