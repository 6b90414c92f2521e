import { deepEqual } from "node:assert/strict";
import { readEvidence } from "../language/evidence.ts";
import { fillSchema } from "./fill-schema.ts";

const schema = {
  type: "object",
  properties: {
    claims: {
      type: "array",
      items: {
        type: "object",
        properties: { statement: { type: "string" }, citations: { type: "array", items: { type: "integer" } } },
        required: ["statement", "citations"],
        additionalProperties: false,
      },
    },
  },
  required: ["claims"],
  additionalProperties: false,
};
const passages = "[1] care.md › Wax\nDo not use wax. Clean tiles with warm water.\n\n" +
  "[2] care.md › Frost\nTiles that absorb less than 0.5 % of water resist frost. They may be laid outdoors.";
const claims = (question: string) =>
  fillSchema(schema, {
    evidence: readEvidence(`${question}\n\n${passages}`, new Map([["question", question], ["passages", passages]])),
    instructions: "",
    language: "en",
    model: "gpt-4o-mini",
  }).value;

Deno.test("fillSchema() answers from numbered sources with the numbers of those that say so", () => {
  deepEqual(claims("How much water may tiles absorb to resist frost?"), {
    claims: [{ statement: "Tiles that absorb less than 0.5 % of water resist frost.", citations: [2] }],
  });
  deepEqual(claims("May I use wax?"), { claims: [{ statement: "Do not use wax.", citations: [1] }] });
});

Deno.test("fillSchema() states nothing when no source answers", () => {
  deepEqual(claims("Who won the championship in 1987?"), { claims: [] });
});

Deno.test("fillSchema() grades numbered sources by how well they answer", () => {
  const question = "May tiles be laid outdoors?";
  const ranking = fillSchema({
    type: "object",
    properties: {
      ranking: {
        type: "array",
        items: {
          type: "object",
          properties: { passage: { type: "integer" }, relevance: { type: "number" } },
          required: ["passage", "relevance"],
        },
      },
    },
    required: ["ranking"],
  }, {
    evidence: readEvidence(`${question}\n\n${passages}`, new Map([["question", question], ["passages", passages]])),
    instructions: "",
    language: "en",
    model: "gpt-4o-mini",
  }).value as { ranking: { passage: number; relevance: number }[] };
  deepEqual(ranking.ranking.map(({ passage }) => passage), [1, 2]);
  deepEqual(ranking.ranking.map(({ relevance }) => relevance > 0.5), [false, true]);
});
