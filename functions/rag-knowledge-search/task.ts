/**
 * Finds passages of the organization's documents, and answers from them with citations.
 *
 * @module
 */
import { z } from "zod";

const filters = z.strictObject({
  base_ids: z.array(z.uuid()).min(1).max(100).optional(),
  document_ids: z.array(z.uuid()).min(1).max(100).optional(),
  tags: z.array(z.string().min(1).max(50)).min(1).max(20).optional().describe("Documents with all of them."),
  from: z.iso.datetime({ offset: true }).optional().describe("Documents changed at this time or later."),
  until: z.iso.datetime({ offset: true }).optional().describe("Documents changed before this time."),
  language: z.string().regex(/^[a-z]{2,3}$/).optional().describe("Passages in this language, BCP 47."),
  metadata: z.record(z.string().max(100), z.union([z.string().max(1_000), z.number(), z.boolean()])).optional()
    .describe("Documents whose metadata has all of these."),
});

const input = z.strictObject({
  query: z.string().trim().min(1).max(4_000),
  search_type: z.enum(["semantic", "keyword", "hybrid", "adaptive"]).optional().describe(
    "adaptive: by words for one or two words, numbers and quotations, else hybrid. Left out: as the setting rag.strategy says.",
  ),
  history: z.array(z.string().trim().min(1).max(4_000)).max(50).default([]).describe(
    "What was said before the question, the latest last: a search by meaning considers it as the settings rag.historyMessages, " +
      "rag.weight.history and rag.historyDecay say.",
  ),
  filters: filters.default({}),
  match_count: z.int().min(1).max(20).optional().describe("Left out: as the setting rag.maxResults says."),
  match_threshold: z.number().min(0).max(1).optional().describe(
    "Least similarity of a passage found by meaning; one found by words counts without. Left out: as the setting rag.similarityThreshold says.",
  ),
  rerank: z.boolean().optional()
    .describe("Order what is found again by a model, which costs a call. Left out: as the setting rag.rerank says."),
  facets: z.boolean().default(false).describe("Also count the documents found by base, language, type and tag."),
  include_context: z.boolean().default(false).describe("Also answer the question from the passages."),
});

const result = z.strictObject({
  chunk_id: z.uuid(),
  document_id: z.uuid(),
  base_id: z.uuid(),
  document: z.string(),
  section: z.string(),
  page: z.number().int().nullable(),
  position: z.number().int(),
  char_start: z.number().int(),
  char_end: z.number().int(),
  type: z.string(),
  language: z.string().nullable(),
  token_count: z.number().int(),
  content: z.string(),
  score: z.number().describe("0..1, comparable within one answer only."),
  similarity: z.number().nullable().describe("Cosine; null: not found by meaning."),
  keyword_rank: z.number().nullable().describe("Null: not found by words."),
});

const claim = z.strictObject({
  text: z.string(),
  citations: z.array(z.number().int()).describe("Numbers of results, from 1."),
  supported: z.boolean().nullable().describe(
    "Whether the cited passages hold the claim's words and figures; null: they are in another language, nobody could tell.",
  ),
});

const facet = z.array(z.strictObject({ value: z.string(), documents: z.number().int() }))
  .describe("Most documents first.");

const output = z.strictObject({
  search_id: z.uuid().describe("For judge_passage: which passages were opened, and whether they fit."),
  search_type: z.enum(["semantic", "keyword", "hybrid"]).describe("What was done."),
  reranked: z.boolean().describe("Whether a model ordered the results; false also when none could be asked."),
  results: z.array(result),
  facets: z.strictObject({ bases: facet, languages: facet, types: facet, tags: facet }).nullable()
    .describe("Of everything found, not only of the results. Null unless asked for."),
  answer: z.strictObject({
    found: z.boolean().describe("False: it is not in the knowledge base."),
    text: z.string().nullable().describe("The claims with their citations in brackets; null when not found."),
    claims: z.array(claim),
  }).nullable().describe(
    "Null without include_context, and where no model could answer: meta.fallback_reason says why.",
  ),
});

/** What is promised about the task. */
export const ragKnowledgeSearch = {
  task: "rag-knowledge-search",
  title: "Knowledge search",
  description: "Finds passages of the organization's documents, and answers from them with citations.",
  translations: {
    de: {
      title: "Wissenssuche",
      description: "Findet Passagen in den Dokumenten der Organisation und antwortet daraus mit Belegen.",
    },
    fr: {
      title: "Recherche de connaissances",
      description:
        "Trouve des passages dans les documents de l'organisation et répond à partir d'eux, avec des citations.",
    },
    es: {
      title: "Búsqueda de conocimiento",
      description: "Encuentra pasajes en los documentos de la organización y responde a partir de ellos, con citas.",
    },
  },
  input,
  output,
  example: { input: { query: "Which tiles may be laid outdoors?", include_context: true } },
  rules: "by words alone, and the passages without an answer",
};

/** What is asked. */
export type SearchInput = z.output<typeof input>;
/** One passage found. */
export type Found = z.output<typeof result>;
/** Documents found, counted. */
export type Facets = SearchAnswer["facets"];
/** What `data` is. */
export type SearchAnswer = z.output<typeof output>;
/** One statement of an answer. */
export type Claim = z.output<typeof claim>;
