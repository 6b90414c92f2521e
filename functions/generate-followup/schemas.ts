import { leadSchema } from "@shared/sales/mod.ts";
import { z } from "zod";

/** Ways to send a message. */
export const channels = ["whatsapp", "email", "phone", "sms", "linkedin", "instagram", "other"] as const;

/** Why a message is due. */
export const reasons = [
  "no_response",
  "showed_interest",
  "watched_video",
  "objection_handled",
  "call_scheduled",
  "periodic_checkin",
  "reactivation",
] as const;

/** Why no message should be sent. */
export const holds = ["opted_out", "lost", "too_many_unanswered", "contacted_recently"] as const;

export type Channel = (typeof channels)[number];
export type Reason = (typeof reasons)[number];
export type Hold = (typeof holds)[number];

const past = z.strictObject({
  direction: z.enum(["inbound", "outbound"]),
  text: z.string().trim().min(1).max(4_000),
  at: z.iso.datetime({ offset: true }).nullish().describe("When it was sent."),
  channel: z.enum(channels).nullish(),
});

export const input = z.strictObject({
  lead: leadSchema,
  history: z.array(past).max(50).nullish().describe("Messages so far, oldest first."),
  reason: z.enum(reasons).nullish().describe("Why a message is due; default: told from the history."),
  channel: z.enum(channels).nullish().describe("Default: the lead's preferred channel, else WhatsApp."),
  sender: z.strictObject({
    name: z.string().trim().max(200).nullish(),
    company: z.string().trim().max(300).nullish(),
  }).nullish().describe("Who writes."),
  goal: z.string().trim().max(500).nullish().describe("What the message should achieve."),
});

export const output = z.strictObject({
  send: z.boolean().describe("Whether a message should be sent at all."),
  hold_reason: z.enum(holds).nullable().describe("Why not; null if it should."),
  text: z.string().max(4_000).describe("The message, ready to send; empty if none should be sent."),
  subject: z.string().max(200).nullable().describe("Only for email."),
  channel: z.enum(channels),
  suggested_time: z.iso.datetime({ offset: true }).describe("When to send it."),
  priority: z.enum(["urgent", "high", "normal", "low", "scheduled"]),
  confidence: z.number().min(0).max(1).describe("How sure you are that this is the right message, 0 to 1."),
});

export type Input = z.output<typeof input>;
export type Followup = z.output<typeof output>;
