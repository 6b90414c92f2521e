import type { Lead } from "./lead.ts";

/** Why a lead's priority is what it is. */
export type PrioritySignal =
  | "given"
  | "from_scores"
  | "demo"
  | "quote"
  | "pricing"
  | "competitor"
  | "budget"
  | "engaged"
  | "lost_touch"
  | "hot"
  | "cold"
  | "inbound"
  | "business_contact"
  | "phone"
  | "outbound_only";

/** A lead's priority by rules. */
export interface Priority {
  /** 0..100. */
  score: number;
  /** Strongest first; never empty only when something is known. */
  signals: PrioritySignal[];
}

const DAY_MS = 86_400_000;
/** Words of a direct signal of interest and its points, strongest first; only the strongest counts. English and German. */
const INTENT: readonly [signal: PrioritySignal, points: number, words: RegExp][] = [
  [
    "demo",
    30,
    /\b(demo|demonstration|vorführung|vorfuehrung|trial|teststellung|testversion|probe(bestellung|lieferung)?)\b/i,
  ],
  ["quote", 25, /\b(quote|quotation|proposal|offer|angebot|kostenvoranschlag|offerte)\b/i],
  ["pricing", 20, /\b(pricing|prices?|price list|preis(e|liste)?|konditionen|rates)\b/i],
  [
    "competitor",
    15,
    /\b(competitor|switch(ing)?|currently using|wettbewerber|konkurrenz|wechsel(n|t)?|anbieterwechsel)\b/i,
  ],
  ["budget", 10, /\b(budget|approved|freigegeben|bewilligt)\b/i],
];
const FREE_MAIL = /@(gmail|googlemail|gmx|web|yahoo|hotmail|outlook|icloud|t-online|aol|freenet)\./i;

/**
 * A lead's priority 0..100: the score it brings; else 0.25 V + 0.25 E + 0.50 I of the scores it brings; else an estimate from
 * what is known of it: base 20, the strongest signal of interest (10 to 30), status (+15 or -20), temperature (±10), an inbound
 * message in 7 days (+10), a business address with its company (+10), a phone number (+5); at most 40 if it has only ever been
 * written to.
 *
 * @param now ISO time that "in 7 days" is counted back from.
 */
export function priorityOf(lead: Lead, now: string): Priority {
  const { v, e, i, p } = lead.scores ?? {};
  if (isNumber(p)) return { score: p, signals: ["given"] };
  if (isNumber(v) && isNumber(e) && isNumber(i)) {
    return { score: 0.25 * v + 0.25 * e + 0.5 * i, signals: ["from_scores"] };
  }
  return estimate(lead, now);
}

function estimate(lead: Lead, now: string): Priority {
  const found: [signal: PrioritySignal, points: number][] = [];
  const words = [lead.notes, lead.source, lead.stage, ...(lead.tags ?? [])].join(" ");
  const intent = INTENT.find(([signal, , pattern]) =>
    pattern.test(words) || (signal === "budget" && (lead.budget ?? null) !== null)
  );
  if (intent !== undefined) found.push([intent[0], intent[1]]);
  if (["interested", "qualified", "proposal_sent"].includes(lead.status ?? "")) found.push(["engaged", 15]);
  if (["ghosting", "lost", "inactive"].includes(lead.status ?? "")) found.push(["lost_touch", -20]);
  const { temperature } = lead;
  if (isNumber(temperature) && temperature >= 80) found.push(["hot", 10]);
  if (isNumber(temperature) && temperature <= 20) found.push(["cold", -10]);
  const inbound = lead.last_inbound_at ?? null;
  if (inbound !== null && Date.parse(now) - Date.parse(inbound) <= 7 * DAY_MS) found.push(["inbound", 10]);
  const email = lead.email ?? "";
  if (email !== "" && !FREE_MAIL.test(email) && (lead.company ?? "") !== "") found.push(["business_contact", 10]);
  if ((lead.phone ?? "") !== "") found.push(["phone", 5]);
  const onlyOutbound = inbound === null && (lead.last_outbound_at ?? null) !== null;
  const sum = found.reduce((total, [, points]) => total + points, 20);
  if (onlyOutbound && sum > 40) found.push(["outbound_only", sum - 40]);
  const signals = found.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).map(([signal]) => signal);
  return { score: Math.max(0, Math.min(100, onlyOutbound ? Math.min(40, sum) : sum)), signals };
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number";
}
