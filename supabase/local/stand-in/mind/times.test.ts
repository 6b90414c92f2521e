import { equal } from "node:assert/strict";
import { readEvidence } from "../language/evidence.ts";
import { findMoment } from "./times.ts";

const find = (name: string, text: string, instructions = "") =>
  findMoment(name, readEvidence(text), instructions).value;

Deno.test("findMoment() takes the next working morning for what is still to come", () => {
  equal(find("suggested_time", "written on 2026-01-02", "Now: 2026-11-20T15:00:00.000Z"), "2026-11-23T09:00:00Z");
  equal(find("send_at", "", "Now: 2026-11-23T15:00:00Z"), "2026-11-24T09:00:00Z");
});

Deno.test("findMoment() takes a date the input names for what has been", () => {
  equal(find("invoice_date", "Rechnung vom 3.2.2026"), "2026-02-03T09:00:00Z");
  equal(find("created_at", "on 2026-02-03T10:30:00Z"), "2026-02-03T10:30:00Z");
});
