import assert from "node:assert/strict";
import { formatAge, formatMoment } from "./moments.ts";

Deno.test("formatAge chooses the unit", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  assert.equal(formatAge("2026-11-21T11:59:50Z", now, "en"), "now");
  assert.equal(formatAge("2026-11-21T09:00:00Z", now, "en"), "3 hours ago");
  assert.equal(formatAge("2026-11-23T12:00:00Z", now, "de"), "übermorgen");
});

Deno.test("formatMoment writes in the given time zone and says unknown for null", () => {
  const written = formatMoment("2020-07-01T22:30:00Z", { locale: "en-GB", timeZone: "Europe/Berlin" });
  assert.equal(written, "2 Jul 2020, 00:30");
  assert.equal(formatMoment(null, { locale: "en", timeZone: "UTC" }), "–");
});
