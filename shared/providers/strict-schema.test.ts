import assert from "node:assert/strict";
import { z } from "zod";
import type { JsonSchema } from "./provider.ts";
import { anthropicStrict, openAiStrict, strictSchema } from "./strict-schema.ts";

const person = z.object({
  name: z.string().min(1).max(80).describe("Full name"),
  age: z.int().min(0).max(150).nullable(),
  mail: z.email(),
  roles: z.array(z.enum(["owner", "buyer"])).max(3),
  contact: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("phone"), number: z.string() }),
    z.object({ kind: z.literal("none") }),
  ]),
});

Deno.test("strictSchema keeps what OpenAI enforces and tells the rest in the description", () => {
  const copy = strictSchema(z.toJSONSchema(person), openAiStrict);
  assert.deepEqual(copy, {
    type: "object",
    additionalProperties: false,
    required: ["name", "age", "mail", "roles", "contact"],
    properties: {
      name: { type: "string", description: "Full name (minLength: 1, maxLength: 80)" },
      age: { anyOf: [{ type: "integer", minimum: 0, maximum: 150 }, { type: "null" }] },
      mail: { type: "string", format: "email" },
      roles: { type: "array", maxItems: 3, items: { type: "string", enum: ["owner", "buyer"] } },
      contact: {
        anyOf: [
          {
            type: "object",
            additionalProperties: false,
            required: ["kind", "number"],
            properties: { kind: { type: "string", const: "phone" }, number: { type: "string" } },
          },
          {
            type: "object",
            additionalProperties: false,
            required: ["kind"],
            properties: { kind: { type: "string", const: "none" } },
          },
        ],
      },
    },
  });
});

Deno.test("strictSchema tells Anthropic of numbers and lengths in words, as it enforces neither", () => {
  const copy = strictSchema(z.toJSONSchema(z.object({ score: z.number().min(0).max(1) })), anthropicStrict);
  assert.deepEqual(copy?.properties, { score: { type: "number", description: "(minimum: 0, maximum: 1)" } });
});

Deno.test("strictSchema takes an optional property at Anthropic and not at OpenAI", () => {
  const schema = z.toJSONSchema(z.object({ a: z.string().optional() }));
  assert.equal(strictSchema(schema, openAiStrict), null);
  assert.deepEqual(strictSchema(schema, anthropicStrict)?.required, []);
});

Deno.test("strictSchema refuses shapes that a closed schema would change", () => {
  const written: JsonSchema[] = [
    { type: "object", properties: { a: { allOf: [{ type: "string" }, { minLength: 3 }] } }, required: ["a"] },
  ];
  const shapes = [
    z.object({ a: z.record(z.string(), z.number()) }),
    z.object({ a: z.tuple([z.string(), z.number()]) }),
    z.object({ a: z.unknown() }),
    z.looseObject({ a: z.string() }),
    z.array(z.string()),
  ].map((shape) => z.toJSONSchema(shape));
  for (const shape of [...written, ...shapes]) {
    assert.equal(strictSchema(shape, openAiStrict), null, JSON.stringify(shape));
    assert.equal(strictSchema(shape, anthropicStrict), null);
  }
});

Deno.test("strictSchema writes a list of types as alternatives, each with what belongs to it", () => {
  const schema = {
    type: "object",
    properties: {
      size: { type: ["object", "null"], properties: { mm: { type: "number" } }, required: ["mm"], description: "Size" },
      grade: { type: ["string", "null"], enum: ["A", "B", null] },
    },
    required: ["size", "grade"],
  };
  const size = {
    description: "Size",
    anyOf: [
      { type: "object", properties: { mm: { type: "number" } }, required: ["mm"], additionalProperties: false },
      { type: "null" },
    ],
  };
  const grade = { enum: ["A", "B", null] };
  assert.deepEqual(strictSchema(schema, anthropicStrict)?.properties, { size, grade });
  assert.deepEqual(strictSchema(schema, openAiStrict)?.properties, {
    size,
    grade: { type: ["string", "null"], ...grade },
  });
});

Deno.test("strictSchema takes recursion at OpenAI and not at Anthropic, shared definitions at both", () => {
  const tree = z.object({
    get children() {
      return z.array(tree);
    },
  });
  assert.notEqual(strictSchema(z.toJSONSchema(tree), openAiStrict), null);
  assert.equal(strictSchema(z.toJSONSchema(tree), anthropicStrict), null);
  const size = z.object({ mm: z.number() }).meta({ id: "Size" });
  const twice = z.toJSONSchema(z.object({ width: size, height: size }));
  for (const dialect of [openAiStrict, anthropicStrict]) {
    const copy = strictSchema(twice, dialect);
    assert.deepEqual(copy?.properties, { width: { $ref: "#/$defs/Size" }, height: { $ref: "#/$defs/Size" } });
    assert.deepEqual(Object.keys(copy?.$defs ?? {}), ["Size"]);
  }
});

Deno.test("strictSchema keeps within each provider's limits", () => {
  const optional = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`p${at}`, z.string().optional()]));
  assert.equal(strictSchema(z.toJSONSchema(z.object(optional)), anthropicStrict), null);
  const unions = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`p${at}`, z.string().nullable()]));
  assert.equal(strictSchema(z.toJSONSchema(z.object(unions)), anthropicStrict), null);
  assert.notEqual(strictSchema(z.toJSONSchema(z.object(unions)), openAiStrict), null);
  let deep: z.ZodType = z.string();
  for (let level = 0; level < 10; level++) deep = z.object({ deep });
  assert.equal(strictSchema(z.toJSONSchema(deep), openAiStrict), null);
});
