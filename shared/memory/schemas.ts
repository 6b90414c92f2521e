import { z } from "zod";

/** Kinds of statements that are remembered. */
export const memoryTypes = ["fact", "preference", "context", "relationship", "pain_point", "buying_signal"] as const;

/** A statement as the API shows it. */
export const memoryItem = z.strictObject({
  id: z.uuid(),
  org_id: z.uuid(),
  type: z.enum(memoryTypes),
  content: z.string(),
  importance: z.number().describe("0 trifle … 1 must never be forgotten."),
  lead_id: z.uuid().nullable().describe("The lead it is about; null: the user or his work."),
  mine: z.boolean().nullable().describe("False: a colleague's, about a lead. Null: asked with a secret key."),
  source: z.enum(["person", "conversation"]),
  conversation_id: z.uuid().nullable(),
  message_id: z.uuid().nullable().describe("The message it was said in."),
  said_at: z.string(),
  expires_at: z.string().nullable().describe("No longer recalled from then on; null: kept."),
  superseded_at: z.string().nullable().describe("When something newer took its place; null: it holds."),
  superseded_by: z.uuid().nullable(),
  recalled: z.number().int().describe("How often it was put before a model."),
  last_recalled_at: z.string().nullable(),
  embedded: z.boolean().describe("Whether a search by meaning finds it yet; by words it is found at once."),
  created_at: z.string(),
  updated_at: z.string(),
});

/** A statement as the API shows it. */
export type MemoryItem = z.output<typeof memoryItem>;

/** Something recall found: a statement, or a turn of a conversation. */
export const recalled = z.strictObject({
  kind: z.enum(["memory", "turn"]),
  id: z.uuid(),
  type: z.enum(memoryTypes).nullable().describe("Null: a turn."),
  content: z.string(),
  importance: z.number().nullable(),
  speaker: z.string().nullable().describe("user, assistant or a name; null: a statement."),
  lead_id: z.uuid().nullable(),
  conversation_id: z.uuid().nullable(),
  message_id: z.uuid().nullable(),
  said_at: z.string(),
  score: z.number().describe("0..1, comparable within one answer only."),
  similarity: z.number().nullable().describe("Cosine; null: not found by meaning."),
});

/** Something recall found. */
export type Recalled = z.output<typeof recalled>;
