/**
 * A conversation as a file.
 *
 * @module
 */
import { conversationInput, namesOneConversation } from "@shared/insights/mod.ts";
import { z } from "zod";

/** Kinds of files. */
export const formats = ["markdown", "html", "json", "pdf"] as const;

/** What is asked, by body or by query. */
export const input = z.strictObject({
  conversation_id: conversationInput.conversation_id,
  messages: conversationInput.messages,
  title: z.string().trim().min(1).max(200).optional().describe("Of messages that are sent along."),
  format: z.enum(formats).default("markdown"),
}).refine(namesOneConversation, "name conversation_id or send messages, one of them");

/** The same as query parameters. */
export const query = z.strictObject({
  conversation_id: z.uuid(),
  format: z.enum(formats).default("markdown"),
  org_id: z.uuid().optional(),
  lang: z.string().max(35).optional(),
});

/** A conversation as it is exported. */
export const exported = z.strictObject({
  title: z.string(),
  assistant: z.string().nullable(),
  language: z.string().nullable(),
  direction: z.enum(["ltr", "rtl"]).describe("How the conversation's language is written."),
  created_at: z.string().nullable(),
  summary: z.string().nullable().describe("The last executive summary; null: none was made."),
  messages: z.array(z.strictObject({
    speaker: z.string(),
    text: z.string(),
    said_at: z.string().nullable(),
    model: z.string().nullable(),
  })),
});

/** A conversation as it is exported. */
export type Exported = z.output<typeof exported>;
/** A kind of file. */
export type Format = (typeof formats)[number];
