/**
 * Takes a text or an uploaded file into the knowledge base: reads it, cuts it into passages and makes them searchable.
 *
 * @module
 */
import { FORMATS } from "@shared/documents/mod.ts";
import { z } from "zod";

/** What a body of one megabyte holds with room for escapes. */
const MOST_CHARACTERS = 400_000;
const TEXT_TYPES = Object.values(FORMATS).filter(({ kind }) => kind === "text").map(({ mimeTypes }) => mimeTypes[0]);

const text = z.string().min(1).max(MOST_CHARACTERS);
const name = z.string().trim().min(1).max(300);
const mimeType = z.enum(TEXT_TYPES).describe("What the text is. Default: by the name's ending, else text/plain.");
const tags = z.array(z.string().trim().min(1).max(50)).max(50);
const baseId = z.uuid().describe("Default: the organization's base General.");
const path = z.string().min(38).max(1_000).describe("Object in the bucket knowledge: <org_id>/<anything>/<file name>.");

const input = z.union([
  z.strictObject({
    name: name.describe("File name or title."),
    text: text.describe("The whole source."),
    base_id: baseId.optional(),
    mime_type: mimeType.optional(),
    tags: tags.optional(),
  }),
  z.strictObject({
    path,
    name: name.optional().describe("Default: the file's name."),
    base_id: baseId.optional(),
    tags: tags.optional(),
  }),
  z.strictObject({
    document_id: z.uuid().describe("A document to process again."),
    text: text.optional().describe("Its new source; default: the one it has."),
    path: path.optional().describe("A file that replaces its source."),
    mime_type: mimeType.optional(),
  }).refine(({ text, path }) => text === undefined || path === undefined, "text or path, not both"),
  z.strictObject({
    job_id: z.uuid().describe("A job to go on with: what the database asks for, with the secret key."),
  }),
]);

const output = z.strictObject({
  document_id: z.uuid(),
  base_id: z.uuid(),
  name: z.string(),
  state: z.enum(["processing", "processed"]).describe(
    "processing: the job goes on by itself; its row in ingestion_jobs says how far it is.",
  ),
  duplicate: z.boolean().describe("The base had this very content: nothing was done."),
  chunks: z.number().int().nullable().describe("Passages it has now; null while it is processed."),
  language: z.string().nullable().describe("BCP 47; null: not recognized, or not yet."),
  job_id: z.uuid().nullable().describe("Null for a duplicate."),
});

/** What is promised about the task. */
export const ingestDocument = {
  task: "ingest-document",
  title: "Document ingestion",
  description:
    "Reads a text or an uploaded file, cuts it into passages and makes them searchable by words and by meaning.",
  translations: {
    de: {
      title: "Dokumentaufnahme",
      description:
        "Liest einen Text oder eine hochgeladene Datei, teilt sie in Passagen und macht diese nach Wörtern und nach Bedeutung auffindbar.",
    },
    fr: {
      title: "Traitement de document",
      description:
        "Lit un texte ou un fichier envoyé, le découpe en passages et les rend trouvables par les mots et par le sens.",
    },
    es: {
      title: "Incorporación de documentos",
      description:
        "Lee un texto o un archivo subido, lo divide en pasajes y permite buscarlos por palabras y por significado.",
    },
  },
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

/** What is asked for. */
export type IngestInput = z.output<typeof input>;
/** What `data` is. */
export type Ingested = z.output<typeof output>;
