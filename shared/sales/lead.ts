import { z } from "zod";

const text = (max: number) => z.string().trim().max(max).nullish();
const score = z.number().min(0).max(100).nullish();
const moment = z.iso.datetime({ offset: true }).nullish();

/**
 * A lead as callers know it. Everything is optional but something to recognize it by; null and absent both mean unknown.
 * Members are those of the table `leads`, and what enrichment usually adds.
 */
export const leadSchema = z.strictObject({
  name: text(300),
  company: text(300),
  email: text(320),
  phone: text(60),
  website: text(300),
  country: text(100),
  industry: text(200),
  job_title: text(200),
  employees: z.union([z.number().int().min(0).max(10_000_000), z.string().trim().max(100)]).nullish(),
  budget: z.union([z.number().min(0).max(1e12), z.string().trim().max(200)]).nullish(),
  source: text(100),
  status: z.enum([
    "new",
    "contacted",
    "interested",
    "qualified",
    "proposal_sent",
    "won",
    "lost",
    "inactive",
    "ghosting",
  ]).nullish(),
  stage: text(100),
  temperature: z.number().min(0).max(100).nullish(),
  tags: z.array(z.string().trim().max(100)).max(50).nullish(),
  notes: text(20_000),
  disg_type: z.enum(["D", "I", "S", "G"]).nullish(),
  preferred_channel: text(40),
  do_not_contact: z.boolean().nullish(),
  follow_up_stage: z.number().int().min(0).max(20).nullish(),
  last_contact_at: moment,
  last_inbound_at: moment,
  last_outbound_at: moment,
  lost_reason: text(1_000),
  scores: z.strictObject({ v: score, e: score, i: score, p: score }).nullish(),
}).refine(
  ({ name, company, email, phone, notes }) =>
    [name, company, email, phone, notes].some((value) => (value ?? "") !== ""),
  "must have a name, a company, an email, a phone number or notes",
);

/** A lead after validation. */
export type Lead = z.output<typeof leadSchema>;

/** What is known of a lead as JSON text for a model: unknown members left out. */
export function leadFacts(lead: Lead): string {
  const isKnown = (value: unknown) => value !== null && value !== undefined && value !== "";
  const known = Object.entries(lead).filter(([, value]) =>
    isKnown(value) && !(Array.isArray(value) && value.length === 0)
  );
  return JSON.stringify(Object.fromEntries(known), null, 1);
}
