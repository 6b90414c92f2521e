/**
 * Cuts a document into passages and makes them searchable.
 *
 * @module
 */
import { mimeTypes } from "@shared/retrieval/mod.ts";
import { z } from "zod";

/** What a body of one megabyte holds with room for escapes. */
const MOST_CHARACTERS = 400_000;
const text = z.string().min(1).max(MOST_CHARACTERS);
const mimeType = z.enum(mimeTypes).describe("What the text is. Default: by the name's ending, else text/plain.");
const tags = z.array(z.string().trim().min(1).max(50)).max(50);

const input = z.union([
  z.strictObject({
    name: z.string().trim().min(1).max(300).describe("File name or title."),
    text: text.describe("The whole source."),
    base_id: z.uuid().optional().describe("Default: the organization's base General."),
    mime_type: mimeType.optional(),
    tags: tags.optional(),
  }),
  z.strictObject({
    document_id: z.uuid().describe("A document to process again."),
    text: text.optional().describe("Its new source; default: the one it has."),
    mime_type: mimeType.optional(),
  }),
]);

const output = z.strictObject({
  document_id: z.uuid(),
  base_id: z.uuid(),
  name: z.string(),
  state: z.literal("processed"),
  duplicate: z.boolean().describe("The base had this very text: nothing was done."),
  chunks: z.number().int().describe("Passages it has now."),
  language: z.string().nullable().describe("BCP 47; null: not recognized."),
});

/** What is promised about the task. */
export const ingestDocument = {
  task: "ingest-document",
  title: "Document ingestion",
  description: "Cuts a document into passages and makes them searchable by words and by meaning.",
  input,
  output,
  example: {
    input: {
      name: "care-instructions.md",
      text: "# Care\n\nClean porcelain tiles with warm water. Do not use wax.\n\n# Frost\n\n" +
        "Tiles that absorb less than 0.5 % of water resist frost and may be laid outdoors.",
      tags: ["tiles"],
    },
  },
  tiers: ["small"] as const,
};

/** What `data` is. */
export type Ingested = z.output<typeof output>;
