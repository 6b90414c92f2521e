import { defineTask } from "@shared/ai-task/mod.ts";
import { checkClaim } from "@shared/retrieval/mod.ts";
import { z } from "zod";

const passage = z.strictObject({ chunk_id: z.uuid(), source: z.string(), content: z.string() });

const input = z.strictObject({
  question: z.string().min(1).max(4_000),
  // The passages ARE what the caller may see of the knowledge: with them in the cached input, a changed document, a new one
  // that is found, or a right taken away is another key.
  passages: z.array(passage).min(1).max(20),
});

const output = z.strictObject({
  claims: z.array(z.strictObject({
    statement: z.string().max(2_000).describe("One statement that answers the question, as the passages say it."),
    citations: z.array(z.number().int()).describe("Numbers of the passages it is taken from."),
  })).max(20).describe("None when the passages do not answer the question."),
  confidence: z.number().min(0).max(1),
});

/** Answers a question from numbered passages. Reached only through the search, which chooses them under the caller's rights. */
export const answerTask = defineTask({
  task: "rag-knowledge-search",
  title: "Answer from passages",
  description: "Answers a question from numbered passages, with citations.",
  input,
  output,
  example: {
    input: {
      question: "Which tiles may be laid outdoors?",
      passages: [{
        chunk_id: "00000000-0000-4000-8000-000000000001",
        source: "care",
        content: "Tiles that resist frost may be laid outdoors.",
      }],
    },
  },
  prompt: {
    version: 1,
    system: "You answer questions from numbered passages of an organization's documents, and from nothing else. " +
      "Write short statements, each with the numbers of the passages that say so. Never state what no passage says. " +
      "If the passages do not answer the question, give no statement. Answer in language {{language}}. " +
      "Give your confidence from 0 to 1.",
    template: "Question:\n{{question}}\n\nPassages:\n{{passages}}",
  },
  variables: ({ question, passages }) => ({
    question,
    passages: passages.map(({ source, content }, index) => `[${index + 1}] ${source}\n${content}`).join("\n\n"),
  }),
  maxOutputTokens: 1_000,
  temperature: 0,
  complexityText: ({ question }) => question,
  completeness: ({ claims }) => [
    { name: "every_claim_cited", passed: claims.every(({ citations }) => citations.length > 0) },
  ],
  consistency: ({ claims }, { passages }) => [{
    name: "claims_say_what_passages_say",
    passed: claims.every(({ statement, citations }) =>
      checkClaim(statement, citations.map((number) => passages[number - 1]?.content ?? "")) !== false
    ),
  }],
  validation: ({ claims }, { passages }) => [
    {
      name: "citations_exist",
      passed: claims.every(({ citations }) => citations.every((number) => number >= 1 && number <= passages.length)),
    },
  ],
  compare: ({ claims }) => claims.length > 0,
  selfReport: ({ confidence }) => confidence,
  // Nobody answered: the passages speak for themselves. A weak answer shows what of it they do not say.
  rules: () => ({ claims: [], confidence: 0 }),
  rulesReplaceWeak: false,
  streams: false,
  cachedBy: "input",
});

/** What the model answered. */
export type ModelAnswer = z.output<typeof output>;
