/**
 * A user's memory as a resource: list, search, write down, correct, forget, erase.
 *
 * @module
 */
import { memoryItem, memoryTypes } from "@shared/memory/mod.ts";
import { z } from "zod";

const orgId = z.uuid().optional().describe("Optional when the caller is in exactly one organization.");
const flag = z.enum(["true", "false"]).transform((value) => value === "true").optional();

/** Query of `GET /items`. */
export const listQuery = z.strictObject({
  org_id: orgId,
  q: z.string().trim().min(1).max(4_000).optional().describe("Words to look for; best first then, at most 200."),
  type: z.enum(memoryTypes).optional(),
  source: z.enum(["person", "conversation"]).optional(),
  lead_id: z.uuid().optional().describe(
    "Statements about this lead, whoever's; absent: the caller's own about anything.",
  ),
  conversation_id: z.uuid().optional(),
  superseded: flag.describe("true: also what something newer took the place of."),
  expired: flag.describe("true: also what is no longer recalled."),
  user_id: z.uuid().optional().describe("Whose memory, with a secret key."),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
});

const fields = {
  content: z.string().trim().min(1).max(2_000),
  type: z.enum(memoryTypes),
  importance: z.number().min(0).max(1),
  expires_at: z.iso.datetime({ offset: true }).nullable().describe(
    "Null: kept. Absent: a context is recalled for ai.memory.context_ttl, everything else is kept.",
  ),
};

/** Body of `POST /items`. */
export const newItem = z.strictObject({
  org_id: orgId,
  content: fields.content,
  type: fields.type.optional().describe("Default: fact, or what the same statement is already."),
  importance: fields.importance.optional().describe("Default: 0.5, or what the same statement has already."),
  expires_at: fields.expires_at.optional(),
  lead_id: z.uuid().nullable().default(null),
});

/** Body of `PATCH /items/{id}`. */
export const changedItem = z.strictObject({
  content: fields.content.optional(),
  type: fields.type.optional(),
  importance: fields.importance.optional(),
  expires_at: fields.expires_at.optional(),
}).refine((change) => Object.keys(change).length > 0, "must change something");

/** Query of `DELETE /items`. */
export const eraseQuery = z.strictObject({
  org_id: orgId,
  lead_id: z.uuid().optional().describe("Only what is remembered of this lead; absent: everything."),
});

/** Answer of `GET /items`. */
export const itemPage = z.strictObject({
  items: z.array(memoryItem),
  total: z.number().int(),
  limit: z.number().int(),
  offset: z.number().int(),
  org_id: z.uuid(),
});
