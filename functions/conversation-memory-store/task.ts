/**
 * Takes down what is worth remembering of what was said.
 *
 * @module
 */
import { memoryItem } from "@shared/memory/mod.ts";
import { z } from "zod";

const turn = z.strictObject({
  speaker: z.string().trim().min(1).max(100).describe("user, assistant, or a name."),
  text: z.string().min(1).max(8_000),
  said_at: z.iso.datetime({ offset: true }).optional().describe("Default: now."),
});

const input = z.union([
  z.strictObject({
    turns: z.array(turn).min(1).max(50).describe("What was said, oldest first, on any channel."),
    lead_id: z.uuid().optional().describe(
      "The lead it was said with or about: what is remembered of it is for all who see the lead.",
    ),
    channel: z.string().trim().min(1).max(50).optional().describe("email, whatsapp and the like."),
    thread_id: z.uuid().optional().describe("The conversation these turns go on with; absent: a new one."),
    user_id: z.uuid().optional().describe("Whose memory; required with a secret key, and only there."),
  }),
  z.strictObject({
    conversation_id: z.uuid().describe("A chat that a job of the queue is about. For the queue alone."),
  }),
  z.strictObject({
    user_id: z.uuid().describe("A user whose texts wait for vectors. For the queue alone."),
  }),
]);

const output = z.strictObject({
  thread_id: z.uuid().nullable(),
  asked: z.boolean().describe("False: clearly nothing was worth remembering, no model was asked."),
  turns: z.number().int().describe("Turns the conversation has in memory now."),
  memories: z.array(memoryItem).describe("What was kept."),
});

/** What is promised about the task. */
export const conversationMemoryStore = {
  task: "conversation-memory-store",
  title: "Note-taking",
  description: "Takes down what is worth remembering of what was said.",
  translations: {
    de: { title: "Notizen", description: "Schreibt auf, was vom Gesagten zu merken lohnt." },
    fr: { title: "Prise de notes", description: "Note ce qui mérite d'être retenu de ce qui a été dit." },
    es: { title: "Toma de notas", description: "Anota lo que merece recordarse de lo dicho." },
  },
  input,
  output,
  example: {
    input: {
      turns: [
        { speaker: "user", text: "I run a hotel with 42 rooms in Graz and I prefer to be written to by email." },
        { speaker: "assistant", text: "Thank you, I will keep to email." },
      ],
    },
  },
  tiers: ["small"] as const,
};

/** What was said. */
export type GivenTurn = z.output<typeof turn>;
/** What is asked. */
export type StoreInput = z.output<typeof input>;
/** What `data` is. */
export type Stored = z.output<typeof output>;
