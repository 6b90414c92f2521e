import assert from "node:assert/strict";
import { addDays, countDays, dayAt, daysBetween, formatDay, isDay, startOfDay } from "./days.ts";

Deno.test("dayAt says which day it is there", () => {
  const moment = new Date("2026-11-20T23:30:00Z");
  assert.equal(dayAt(moment, "Europe/Berlin"), "2026-11-21");
  assert.equal(dayAt(moment, "America/New_York"), "2026-11-20");
});

Deno.test("addDays crosses months and summer time", () => {
  assert.equal(addDays("2026-03-28", 2), "2026-03-30");
  assert.equal(addDays("2027-01-01", -1), "2026-12-31");
});

Deno.test("daysBetween includes both ends", () => {
  assert.deepEqual(daysBetween("2026-10-24", "2026-10-26"), ["2026-10-24", "2026-10-25", "2026-10-26"]);
  assert.equal(countDays("2026-10-26", "2026-10-24"), 0);
});

Deno.test("isDay refuses days that do not exist", () => {
  assert.equal(isDay("2026-02-28"), true);
  assert.equal(isDay("2026-02-30"), false);
  assert.equal(isDay("yesterday"), false);
});

Deno.test("formatDay writes as the language does", () => {
  assert.equal(formatDay("2026-11-21", "en"), "Nov 21");
  assert.equal(formatDay("2026-11-21", "de", "long"), "21. Nov. 2026");
});

Deno.test("startOfDay finds midnight in a time zone, also on the days clocks change", () => {
  assert.equal(startOfDay("2026-11-27", "UTC").toISOString(), "2026-11-27T00:00:00.000Z");
  assert.equal(startOfDay("2026-11-27", "Europe/Berlin").toISOString(), "2026-11-26T23:00:00.000Z");
  assert.equal(startOfDay("2026-07-01", "America/New_York").toISOString(), "2026-07-01T04:00:00.000Z");
  assert.equal(startOfDay("2026-03-30", "Europe/Berlin").toISOString(), "2026-03-29T22:00:00.000Z");
  assert.equal(startOfDay("2026-03-29", "Europe/Berlin").toISOString(), "2026-03-28T23:00:00.000Z");
  assert.equal(startOfDay("2026-10-26", "Europe/Berlin").toISOString(), "2026-10-25T23:00:00.000Z");
});
