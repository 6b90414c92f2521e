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
  assert.equal(formatDuration(3_600_000, "en"), "1 h");
  assert.equal(formatDuration(156_002_000, "en"), "1 d 19 h");
  assert.equal(formatDuration(12_345_678_000, "de"), "142 d 21 h");
  assert.equal(formatDuration(null, "en"), "–");
});

Deno.test("formatDuration never says sixty of a unit", () => {
  assert.equal(formatDuration(999.7, "en"), "1 s");
  assert.equal(formatDuration(59_970, "en"), "1 min");
  assert.equal(formatDuration(119_600, "en"), "2 min");
  assert.equal(formatDuration(3_599_700, "en"), "1 h");
  assert.equal(formatDuration(7_199_000, "en"), "1 h 59 min");
  assert.equal(formatDuration(86_399_600, "en"), "1 d");
});
