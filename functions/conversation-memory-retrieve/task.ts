/**
 * Finds what is remembered on a question, by words and by meaning.
 *
 * @module
 */
import { recalled } from "@shared/memory/mod.ts";
import { z } from "zod";

const input = z.strictObject({
  query: z.string().trim().min(1).max(4_000).optional().describe("What to recall; absent: the latest statements."),
  lead_id: z.uuid().optional().describe("Also what is known of this lead, and nothing of other leads."),
  kinds: z.array(z.enum(["memory", "turn"])).min(1).max(2).optional()
    .describe("memory: statements that were taken down; turn: what was said, word for word. Default: both."),
  limit: z.int().min(1).max(50).default(10),
  search_type: z.enum(["hybrid", "keyword"]).default("hybrid").describe("keyword: by words alone, without a provider."),
  skip_conversation_id: z.uuid().optional().describe("Leaves out the turns of this conversation."),
  until: z.iso.datetime({ offset: true }).optional().describe("Only what was said until then."),
  user_id: z.uuid().optional().describe(
    "Whose memory; with a secret key this or lead_id is required, else it is the caller's.",
  ),
});

const output = z.strictObject({
  found: z.boolean().describe("False: nothing that is remembered fits the question well enough."),
  confidence: z.number().nullable().describe("0..1, how well the question is answered; null without a query."),
  search_type: z.enum(["hybrid", "keyword", "latest"]).describe("What was done."),
  results: z.array(recalled).describe("Best first."),
});

/** What is promised about the task. */
export const conversationMemoryRetrieve = {
  task: "conversation-memory-retrieve",
  title: "Recall",
  description: "Finds what is remembered on a question, by words and by meaning.",
  translations: {
    de: {
      title: "Erinnern",
      description: "Findet, was zu einer Frage erinnert wird, nach Wörtern und nach Bedeutung.",
    },
    fr: {
      title: "Rappel de souvenirs",
      description: "Trouve les souvenirs qui concernent une question, par les mots et par le sens.",
    },
    es: {
      title: "Recuerdo",
      description: "Encuentra lo que se recuerda sobre una pregunta, por palabras y por significado.",
    },
  },
  input,
  output,
  example: { input: { query: "How does the customer like to be contacted?" } },
  tiers: ["small"] as const,
  rules: "by words alone, and the latest statements where there is no question",
};

/** What is asked. */
export type RecallInput = z.output<typeof input>;
/** What `data` is. */
export type Recall = z.output<typeof output>;
