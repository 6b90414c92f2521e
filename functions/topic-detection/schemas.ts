import { conversationInput, namesOneConversation, transcript } from "@shared/insights/mod.ts";
import { z } from "zod";

/** What is asked. */
export const input = z.strictObject(conversationInput)
  .refine(namesOneConversation, "name conversation_id or send messages, one of them");

/** What the model is shown. */
export const shown = z.strictObject(transcript);

/** Kinds of topics. */
export const categories = ["technical", "business", "personal", "support", "general", "custom"] as const;

const topic = z.strictObject({
  topic: z.string().min(1).max(80),
  category: z.enum(categories),
  confidence: z.number().min(0).max(1),
  keywords: z.array(z.string().max(60)).max(8),
  related_topics: z.array(z.string().max(80)).max(5),
  message_indices: z.array(z.int()).max(200).describe("Numbers of the messages that speak of it."),
});

/** What the model answers. */
export const given = z.strictObject({
  topics: z.array(topic).max(10).describe("What is spoken of, the most important first."),
  confidence: z.number().min(0).max(1),
});

/** The answer. */
export const output = z.strictObject({
  topics: z.array(topic.extend({ frequency: z.int().describe("Messages that speak of it.") })),
  model_used: z.string().nullable().describe("Null: the rules answered."),
});

/** What the model is shown. */
export type Shown = z.output<typeof shown>;
/** What the model answers. */
export type Given = z.output<typeof given>;
/** The answer. */
export type Topics = z.output<typeof output>;
