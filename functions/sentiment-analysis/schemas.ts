import { conversationInput, namesOneConversation, transcript } from "@shared/insights/mod.ts";
import { z } from "zod";

/** What is asked. */
export const input = z.strictObject(conversationInput)
  .refine(namesOneConversation, "name conversation_id or send messages, one of them");

/** What the model is shown. */
export const shown = z.strictObject(transcript);

/** How one message sounds. */
export const labels = ["negative", "neutral", "positive"] as const;

/** Emotions that are told. */
export const emotionNames = ["joy", "anger", "sadness", "fear", "surprise", "trust"] as const;

const share = z.number().min(0).max(1);
const emotions = z.strictObject({
  joy: share,
  anger: share,
  sadness: share,
  fear: share,
  surprise: share,
  trust: share,
});

/** What the model answers. */
export const given = z.strictObject({
  moods: z.array(z.strictObject({
    index: z.int().describe("The message's number."),
    label: z.enum(labels).describe("Mood of the message."),
    score: z.number().min(-1).max(1).describe("Mood from -1, very bad, to 1, very good."),
  })).max(200).describe("One for every message of `people`."),
  emotions,
  confidence: share,
});

/** The answer. */
export const output = z.strictObject({
  overall: z.enum(["positive", "negative", "neutral", "mixed"]),
  score: z.number().describe("Mean, -1 … 1."),
  positive: share.describe("Share of the messages."),
  negative: share,
  neutral: share,
  emotions,
  dominant_emotion: z.enum(emotionNames).nullable().describe("Null: none stands out."),
  trend: z.enum(["improving", "declining", "stable"]),
  changes: z.array(z.strictObject({ message_index: z.int(), from: z.enum(labels), to: z.enum(labels) })),
  messages: z.array(z.strictObject({ index: z.int(), label: z.enum(labels), score: z.number() })),
  model_used: z.string().nullable().describe("Null: the rules answered."),
});

/** What the model is shown. */
export type Shown = z.output<typeof shown>;
/** What the model answers. */
export type Given = z.output<typeof given>;
/** The answer. */
export type Sentiment = z.output<typeof output>;
/** How one message sounds. */
export type Mood = Given["moods"][number];
