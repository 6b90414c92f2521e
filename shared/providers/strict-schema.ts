import { type JsonRecord, list, record } from "./json-value.ts";
import type { JsonSchema } from "./provider.ts";

/** What a provider's schema-bound output accepts. */
export interface StrictDialect {
  /** OpenAI knows no optional property. */
  allRequired: boolean;
  recursion: boolean;
  /** Whether `enum` and `const` stand beside a `type`, or alone. */
  typedLiterals: boolean;
  /** Assertions the decoder enforces. Others move into the description: the caller checks the answer anyway. */
  assertions: ReadonlySet<string>;
  formats: ReadonlySet<string>;
  maxDepth: number;
  maxProperties: number;
  maxOptional: number;
  maxUnions: number;
}

const formats = new Set(["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]);

/** @see https://developers.openai.com/api/docs/guides/structured-outputs#supported-schemas (2026-11-21) */
export const openAiStrict: StrictDialect = {
  allRequired: true,
  recursion: true,
  typedLiterals: true,
  assertions: new Set([
    ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
    ...["minItems", "maxItems", "format"],
  ]),
  formats,
  maxDepth: 10,
  maxProperties: 5_000,
  maxOptional: 0,
  maxUnions: Infinity,
};

/** @see https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations (2026-11-21) */
export const anthropicStrict: StrictDialect = {
  allRequired: false,
  recursion: false,
  typedLiterals: false,
  assertions: new Set(["format"]),
  formats: new Set([...formats, "uri"]),
  maxDepth: Infinity,
  maxProperties: Infinity,
  maxOptional: 24,
  maxUnions: 16,
};

/** Says nothing a decoder or a reader needs. */
const silent = new Set([
  "$schema",
  "$id",
  "$comment",
  "title",
  "default",
  "examples",
  "readOnly",
  "writeOnly",
  "pattern",
]);

const structural = new Set([
  ...["type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "oneOf"],
  ...["$ref", "$defs", "definitions", "description"],
]);

/** Their meaning is lost when they are left out: a record, a tuple, an intersection. */
const inexpressible = new Set([
  "patternProperties",
  "prefixItems",
  "allOf",
  "not",
  "if",
  "dependentSchemas",
  "contains",
]);

class Inexpressible extends Error {}

/**
 * A copy of the schema the provider can bind its output to. Every answer the copy allows has the shape the original asks for;
 * assertions the provider cannot enforce become part of the description. Null when the shape itself cannot be
 * expressed (a record, a tuple, an optional property at OpenAI): then the schema has to be told in words.
 */
export function strictSchema(schema: JsonSchema, dialect: StrictDialect): JsonSchema | null {
  const copier = new Copier(dialect);
  try {
    const copy = copier.copy(schema, 1);
    return copy.type === "object" && copier.fits() && (dialect.recursion || !isRecursive(schema)) ? copy : null;
  } catch (error) {
    if (error instanceof Inexpressible) return null;
    throw error;
  }
}

class Copier {
  #properties = 0;
  #optional = 0;
  #unions = 0;

  constructor(readonly dialect: StrictDialect) {}

  fits(): boolean {
    const { maxProperties, maxOptional, maxUnions } = this.dialect;
    return this.#properties <= maxProperties && this.#optional <= maxOptional && this.#unions <= maxUnions;
  }

  copy(value: unknown, depth: number): JsonRecord {
    const schema = record(value);
    if (depth > this.dialect.maxDepth || Object.keys(schema).some((key) => inexpressible.has(key))) {
      throw new Inexpressible();
    }
    const copy: JsonRecord = { ...this.#definitions(schema, depth) };
    if (schema.$ref !== undefined) return { ...copy, $ref: schema.$ref };
    const literal = ["enum", "const"].find((key) => schema[key] !== undefined);
    const variants = literal === undefined ? variantsOf(schema) : [];
    if (literal !== undefined) copy[literal] = schema[literal];
    if (variants.length > 0) {
      this.#unions++;
      copy.anyOf = variants.map((variant) => this.copy(variant, depth));
    } else if (schema.type !== undefined && (literal === undefined || this.dialect.typedLiterals)) {
      copy.type = schema.type;
    } else if (literal === undefined) throw new Inexpressible();
    if (copy.type === "object") Object.assign(copy, this.#object(schema, depth));
    if (copy.type === "array") copy.items = this.copy(schema.items, depth + 1);
    return { ...copy, ...(variants.length > 0 ? described(schema.description, []) : this.#assertions(schema)) };
  }

  #definitions(schema: JsonRecord, depth: number): JsonRecord {
    return Object.fromEntries(
      ["$defs", "definitions"].filter((key) => schema[key] !== undefined).map((key) => [
        key,
        Object.fromEntries(Object.entries(record(schema[key])).map(([name, each]) => [name, this.copy(each, depth)])),
      ]),
    );
  }

  #object(schema: JsonRecord, depth: number): JsonRecord {
    const open = schema.additionalProperties;
    if (open !== undefined && open !== false) throw new Inexpressible();
    const properties = Object.entries(record(schema.properties));
    const required = list(schema.required);
    this.#properties += properties.length;
    this.#optional += properties.filter(([name]) => !required.includes(name)).length;
    return {
      properties: Object.fromEntries(properties.map(([name, each]) => [name, this.copy(each, depth + 1)])),
      required,
      additionalProperties: false,
    };
  }

  #assertions(schema: JsonRecord): JsonRecord {
    const kept: JsonRecord = {};
    const told: string[] = [];
    for (const [key, value] of Object.entries(schema)) {
      if (structural.has(key) || silent.has(key)) continue;
      const enforced = this.dialect.assertions.has(key) &&
        (key !== "format" || this.dialect.formats.has(String(value)));
      if (enforced) kept[key] = value;
      else told.push(`${key}: ${JSON.stringify(value)}`);
    }
    return { ...kept, ...described(schema.description, told) };
  }
}

/** The alternatives of a union, a list of types being one. */
function variantsOf({ description: _, ...schema }: JsonRecord): unknown[] {
  const union = list(schema.anyOf ?? schema.oneOf);
  return union.length > 0 ? union : list(schema.type).map((type) => type === "null" ? { type } : { ...schema, type });
}

function described(description: unknown, told: string[]): JsonRecord {
  const words = [description, ...(told.length === 0 ? [] : [`(${told.join(", ")})`])];
  const text = words.filter((part) => typeof part === "string" && part !== "").join(" ");
  return text === "" ? {} : { description: text };
}

/** Whether a definition reaches itself, or the root is referred to. */
function isRecursive(schema: JsonSchema): boolean {
  const definitions = { ...record(schema.definitions), ...record(schema.$defs) };
  const visit = (value: unknown, path: ReadonlySet<string>): boolean => {
    if (Array.isArray(value)) return value.some((each) => visit(each, path));
    if (typeof value !== "object" || value === null) return false;
    const ref = record(value).$ref;
    if (typeof ref !== "string") {
      return Object.entries(value).some(([key, each]) => key !== "$defs" && key !== "definitions" && visit(each, path));
    }
    const name = ref.split("/").at(-1) ?? "#";
    return ref === "#" || path.has(name) || visit(definitions[name], new Set([...path, name]));
  };
  return visit(schema, new Set());
}
