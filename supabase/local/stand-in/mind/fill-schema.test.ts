import { deepEqual, equal, ok } from "node:assert/strict";
import { readEvidence } from "../language/evidence.ts";
import type { Json } from "../wire/prompt.ts";
import { fillSchema } from "./fill-schema.ts";
import { violation } from "./violation.ts";

const inputs = [
  "Eichenparkett, gebürstet und geölt, 14 mm, rutschhemmend R9, 49,90 €/m²",
  '{"name":"Anna Schmidt","company":"Nordwind GmbH","p_score":82,"notes":"Has budget, wants a demo next week."}',
  "1. Wandfliese weiß 30x60\n2. Bodenfliese grau R10\n3. Tischlampe LED 7 W",
  "",
  "?",
  "x ".repeat(3_000),
];

const schemas: Record<string, Json> = {
  "every kind of bound": {
    type: "object",
    properties: {
      count: { type: "integer", minimum: 3, maximum: 5 },
      share: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
      step: { type: "number", multipleOf: 0.5, minimum: 0 },
      short: { type: "string", maxLength: 7 },
      long: { type: "string", minLength: 40, maxLength: 60 },
      code: { type: "string", pattern: "^[A-Z]{2}\\d{3}$" },
      tags: { type: "array", items: { type: "string", maxLength: 12 }, minItems: 2, maxItems: 4 },
      picks: { type: "array", items: { type: "string", enum: ["a", "b", "c"] }, uniqueItems: true, maxItems: 2 },
    },
    required: ["count", "share", "step", "short", "long", "code", "tags", "picks"],
    additionalProperties: false,
  },
  "references, unions and nesting": {
    type: "object",
    properties: {
      lead: { $ref: "#/$defs/lead" },
      maybe: { anyOf: [{ type: "string" }, { type: "null" }] },
      either: {
        oneOf: [{ type: "object", properties: { kind: { const: "x" } }, required: ["kind"] }, { type: "integer" }],
      },
      both: {
        allOf: [{ type: "object", properties: { a: { type: "boolean" } }, required: ["a"] }, {
          properties: { b: { type: "null" } },
        }],
      },
      rows: { type: "array", items: { $ref: "#/$defs/lead" } },
    },
    required: ["lead", "maybe", "either", "both", "rows"],
    additionalProperties: false,
    $defs: {
      lead: {
        type: "object",
        properties: { name: { type: ["string", "null"] }, confidence: { type: "number", minimum: 0, maximum: 1 } },
        required: ["name", "confidence"],
        additionalProperties: false,
      },
    },
  },
  "recursion": {
    type: "object",
    properties: { title: { type: "string" }, child: { anyOf: [{ $ref: "#" }, { type: "null" }] } },
    required: ["title", "child"],
    additionalProperties: false,
  },
};

for (const [name, schema] of Object.entries(schemas)) {
  Deno.test(`fillSchema() satisfies ${name} from any input`, () => {
    for (const text of inputs) {
      for (const model of ["gpt-4o-mini", "gpt-5"]) {
        const { value } = fillSchema(schema, { evidence: readEvidence(text), instructions: "", language: "en", model });
        equal(
          violation(value, schema),
          null,
          `${model}: ${text.slice(0, 40)} gave ${JSON.stringify(value)?.slice(0, 400)}`,
        );
      }
    }
  });
}

const fill = (schema: Json, text: string, model = "gpt-4o", instructions = "") =>
  fillSchema(schema, { evidence: readEvidence(text), instructions, language: "en", model }).value as Json;

Deno.test("fillSchema() takes one item for each part of an enumeration, judged by itself", () => {
  const value = fill({
    type: "object",
    properties: {
      products: {
        type: "array",
        items: {
          type: "object",
          properties: { name: { type: "string" }, category: { type: "string", enum: ["tiles", "lighting"] } },
          required: ["name", "category"],
        },
      },
    },
    required: ["products"],
  }, inputs[2] ?? "");
  deepEqual((value["products"] as Json[]).map(({ category }) => category), ["tiles", "tiles", "lighting"]);
});

const judged = {
  type: "object",
  properties: {
    material: { type: "string", enum: ["wood", "stone", "other"] },
    origin: { type: ["string", "null"] },
    confidence: { type: "number", minimum: 0, maximum: 1 },
  },
  required: ["material", "origin", "confidence"],
};

Deno.test("fillSchema() is as confident as the input is clear and the model able", () => {
  const confidence = (text: string, model: string) => Number(fill(judged, text, model)["confidence"]);
  ok(confidence("oak parquet", "gpt-4o-mini") > 0.75);
  ok(confidence("xyzzy", "gpt-4o-mini") < 0.5);
  ok(confidence("xyzzy", "gpt-4o-mini") < confidence("xyzzy", "gpt-4o"));
  ok(confidence("xyzzy", "gpt-4o") < confidence("xyzzy", "gpt-5"));
});

Deno.test("fillSchema() leaves out what the input does not say", () => {
  equal(fill(judged, "oak parquet")["origin"], null);
});

Deno.test("fillSchema() is deterministic, and another input gets another answer", () => {
  deepEqual(fill(judged, "oak"), fill(judged, "oak"));
  ok(fill(judged, "oak")["material"] !== fill(judged, "marble")["material"]);
});
