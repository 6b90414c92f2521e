import type { Evidence } from "../language/evidence.ts";
import { findFact } from "./facts.ts";
import type { Finding } from "./finding.ts";

const dayMs = 86_400_000;
// Only where a prompt does not say what day it is.
const someDay = "2026-01-15T09:00:00Z";

/** A moment for a field: one that the input names, or for what is still to come the next working morning after the prompt's "now". */
export function findMoment(name: string, evidence: Evidence, instructions: string): Finding<string> {
  const now = /\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?\b/.exec(instructions)?.[0];
  if (/suggest|next|send|due|follow|remind|schedul|deadline/i.test(name) && now !== undefined) {
    return { value: nextMorning(asMoment(now)), clarity: 0.85 };
  }
  const named = findFact("date", evidence)?.value;
  if (named !== undefined) return { value: asMoment(named), clarity: 0.9 };
  return { value: now === undefined ? someDay : asMoment(now), clarity: 0.4 };
}

function asMoment(text: string): string {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?))?/.exec(text) ?? [];
  return day === undefined ? someDay : `${day}T${(time ?? "09:00").padEnd(8, ":00")}Z`;
}

function nextMorning(moment: string): string {
  let day = new Date(Date.parse(moment) + dayMs);
  while (day.getUTCDay() === 0 || day.getUTCDay() === 6) day = new Date(day.getTime() + dayMs);
  return `${day.toISOString().slice(0, 10)}T09:00:00Z`;
}
