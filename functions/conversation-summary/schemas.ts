import { conversationInput, namesOneConversation, transcript } from "@shared/insights/mod.ts";
import { z } from "zod";

/** Ways to sum a conversation up. */
const summaryTypes = ["executive", "detailed", "action_items", "key_points", "decisions", "timeline"] as const;

const summaryType = z.enum(summaryTypes);

/** What is asked. */
export const input = z.strictObject({ ...conversationInput, summary_type: summaryType.default("executive") })
  .refine(namesOneConversation, "name conversation_id or send messages, one of them");

/** What the model is shown. */
export const shown = z.strictObject({ ...transcript, summary_type: summaryType });

const actionItem = z.strictObject({
  task: z.string().max(500),
  owner: z.string().max(100).nullable().describe("Who said he would; null where nobody did."),
  due: z.string().max(100).nullable().describe("By when, as it was said; null where nobody said."),
});

const event = z.strictObject({ at: z.string().max(40), event: z.string().max(500) });

/** What the model answers. */
export const given = z.strictObject({
  summary_text: z.string().max(6_000).describe("The summary itself."),
  key_points: z.array(z.string().max(500)).max(12),
  action_items: z.array(actionItem).max(20).describe("What somebody is to do. None where nothing was agreed."),
  decisions_made: z.array(z.string().max(500)).max(12).describe("What was decided. None where nothing was."),
  questions_asked: z.array(z.string().max(500)).max(20),
  timeline: z.array(event).max(30).describe("What happened when, in order."),
  confidence: z.number().min(0).max(1),
});

/** The answer. */
export const output = given.omit({ confidence: true }).extend({
  summary_type: summaryType,
  word_count: z.int(),
  token_count: z.int().describe("Tokens of summary_text at most."),
  compression_ratio: z.number().describe("Words of the summary by words of what it covers."),
  participants: z.array(z.string()),
  duration_seconds: z.int().describe("From the first to the last message it covers; 0 where nobody said when."),
  model_used: z.string().nullable().describe("Null: the rules answered."),
  confidence_score: z.number().nullable().describe("Null: the rules answered."),
});

/** What the model is shown. */
export type Shown = z.output<typeof shown>;
/** What the model answers. */
export type Given = z.output<typeof given>;
/** The answer. */
export type Summary = z.output<typeof output>;
