import { type Evidence, fieldKey, overlap, rankSentences, readEvidence } from "../language/evidence.ts";
import type { Language } from "../language/detect-language.ts";
import { nameWords, stem, stems } from "../language/words.ts";
import type { Json } from "../wire/prompt.ts";
import { choose, chooseSeveral } from "./choose.ts";
import { citedStatements, citingProperties, gradedSources, gradingProperties } from "./cited-statements.ts";
import { tellingness } from "./degrees.ts";
import { type Finding, meanClarity, type Slot } from "./finding.ts";
import { keyTerms } from "./message-writer.ts";
import { abilityOf, confidenceOf } from "./model-size.ts";
import { asksConfidence, findNumber, withinBounds } from "./numbers.ts";
import { isNullSchema, resolveSchema, typesOf } from "./schema-shape.ts";
import { type KnownStatement, madeUntrue } from "./known-statements.ts";
import { listedOf, mostSaid, type SaidTurn } from "./said-turns.ts";
import { tellingProperties, toldSources } from "./told-sources.ts";
import { findText, fitLength } from "./texts.ts";
import { listedTerms, readVocabulary, type Sibling } from "./vocabulary.ts";

/** What a schema is filled from. */
export interface FillSource {
  evidence: Evidence;
  instructions: string;
  language: Language;
  /** Model id: a small model leaves out what it cannot see and is less sure of what is hard. */
  model: string;
  /** The conversation it is about. Default: it is about none. */
  turns?: readonly SaidTurn[];
  /** What is known already. Default: nothing. */
  known?: readonly KnownStatement[];
}

const deepest = 12;

/** Fills a JSON Schema from the input. The value satisfies the schema as far as the keywords go that providers support. */
export function fillSchema(schema: Json, source: FillSource): Finding {
  const vocabulary = readVocabulary(source.instructions);
  return fill(schema, { name: "", about: "" }, { ...source, root: schema, depth: 0, siblings: [], vocabulary });
}

interface Context extends FillSource {
  root: Json;
  depth: number;
  siblings: readonly Sibling[];
  vocabulary: ReadonlyMap<string, string[]>;
}

function fill(given: Json, outer: Slot, context: Context): Finding {
  const schema = resolveSchema(given, context.root);
  const slot: Slot = {
    name: outer.name,
    about: `${outer.about} ${text(schema["title"])} ${text(schema["description"])}`.trim(),
  };
  if ("const" in schema) return { value: schema["const"], clarity: 0.9 };
  if (Array.isArray(schema["enum"])) return fillEnum(schema["enum"], slot, context);
  const options = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(options)) return fillUnion(options as Json[], slot, context);
  const types = typesOf(schema);
  const type = types.find((name) => name !== "null") ?? "null";
  const found = fillType(type, schema, slot, context);
  return types.includes("null") ? orNull(found, context) : found;
}

function fillType(type: string, schema: Json, slot: Slot, context: Context): Finding {
  switch (type) {
    case "object":
      return fillObject(schema, slot, context);
    case "array":
      return fillArray(schema, slot, context);
    case "string":
      return fillString(schema, slot, context);
    case "integer":
    case "number": {
      const found = findNumber({ ...schema, type }, slot, context.evidence);
      return { ...found, value: withinBounds(found.value, { ...schema, type }) };
    }
    case "boolean":
      return fillBoolean(slot, context);
    default:
      return { value: null, clarity: 0.5 };
  }
}

function fillObject(schema: Json, slot: Slot, context: Context): Finding {
  if (context.depth > deepest) return { value: {}, clarity: 0.2 };
  const properties = (schema["properties"] ?? {}) as Record<string, Json>;
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] as string[] : []);
  const siblings: Sibling[] = [];
  const inner = { ...context, depth: context.depth + 1, siblings };
  const found: Record<string, unknown> = {};
  const seen: { clarity: number; weight: number }[] = [];
  const later: string[] = [];
  for (const [name, property] of Object.entries(properties)) {
    if (asksConfidence({ name, about: "" })) {
      later.push(name);
      found[name] = null; // keeps the schema's order
      continue;
    }
    const { value, clarity } = fill(property, { name, about: slot.about }, inner);
    if (!required.has(name) && clarity < Math.max(0.35, abilityOf(context.model).blind)) continue;
    found[name] = value;
    const values = enumOf(property, context.root);
    if (typeof value === "boolean") siblings.push({ name, value: String(value), values: [] });
    if (typeof value === "string") siblings.push({ name, value, values: values ?? [] });
    seen.push({ clarity, weight: weightOf(property, value, context) });
  }
  const clarity = meanClarity(seen);
  for (const name of later) {
    const property = resolveSchema(properties[name] ?? {}, context.root);
    found[name] = sureness(property, confidenceOf(context.model, clarity), context);
  }
  if (Object.keys(properties).length === 0 && schema["additionalProperties"] !== false) {
    return { value: freeObject(context.evidence), clarity: 0.6 };
  }
  return { value: found, clarity };
}

/** Decisions make an answer right or wrong; texts and gaps say little about it. */
function weightOf(property: Json, value: unknown, { root }: Context): number {
  if (value === null) return 0.3;
  return enumOf(property, root) === null ? 1 : 4;
}

function enumOf(property: Json, root: Json): string[] | null {
  const { enum: values } = resolveSchema(property, root);
  return Array.isArray(values) ? values.map(String) : null;
}

/** How sure the model is, in the form the schema asks for: a share, a percentage, or words. */
function sureness(schema: Json, confidence: number, context: Context): unknown {
  if (Array.isArray(schema["enum"])) {
    const values = schema["enum"].map(String);
    return values[Math.min(values.length - 1, Math.floor((1 - confidence) * values.length))];
  }
  const union = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(union)) return sureness(resolveSchema(union[0] as Json, context.root), confidence, context);
  const types = typesOf(schema);
  if (types.includes("string")) return String(confidence);
  if (types.includes("object") || types.includes("array")) return fill(schema, { name: "", about: "" }, context).value;
  const most = typeof schema["maximum"] === "number" ? schema["maximum"] : types.includes("integer") ? 100 : 1;
  return withinBounds(confidence * most, schema);
}

function freeObject({ fields }: Evidence): Json {
  return Object.fromEntries(Array.from(fields).filter(([, value]) => typeof value !== "object").slice(0, 10));
}

function fillArray(schema: Json, slot: Slot, context: Context): Finding {
  const least = typeof schema["minItems"] === "number" ? schema["minItems"] : 0;
  const most = typeof schema["maxItems"] === "number" ? schema["maxItems"] : 10;
  if (Array.isArray(schema["prefixItems"])) {
    const found = (schema["prefixItems"] as Json[]).map((item) => fill(item, slot, context));
    return { value: found.map(({ value }) => value), clarity: meanClarity(found) };
  }
  const item = resolveSchema((schema["items"] ?? { type: "string" }) as Json, context.root);
  const found = items(item, slot, within(slot, context), Math.min(Math.max(most, least), 50));
  const distinct = schema["uniqueItems"] === true ? found.filter(first) : found;
  const kept = distinct.slice(0, most);
  // A schema that demands more than the input has gets the last finding again.
  while (kept.length < least) kept.push(kept.at(-1) ?? fill(item, slot, { ...context, depth: context.depth + 1 }));
  return {
    value: kept.map(({ value }) => value),
    clarity: kept.length === 0 ? 0.6 : meanClarity(kept),
  };
}

function items(item: Json, slot: Slot, context: Context, most: number): Finding[] {
  const inner = { ...context, depth: context.depth + 1 };
  const { turns = [], known = [] } = context;
  if (/^(?:replaces|supersedes)$/.test(slot.name)) {
    return madeUntrue(context.evidence.text, known).map((value) => ({ value, clarity: 0.85 }));
  }
  const listedSaid = turns.length === 0 ? null : listedOf(slot.name, turns);
  if (listedSaid !== null) return listedSaid.slice(0, most).map((value) => fitting(value, item));
  const stated = context.evidence.fields.get(fieldKey(slot.name));
  if (Array.isArray(stated) && typesOf(item).includes("string") && stated.every((value) => typeof value === "string")) {
    return stated.map((value: string) => ({ value: fitLength(value, item), clarity: 0.95 }));
  }
  if (Array.isArray(item["enum"])) {
    return chooseSeveral(item["enum"].map(String), slot, context.instructions, context.evidence);
  }
  if (/keyword|tag|topic|term|entit|theme/i.test(slot.name) && typesOf(item).includes("string")) {
    return keyTerms(context.evidence.text, Math.min(most, 6)).map((value) => ({
      value: fitLength(value, item),
      clarity: 0.85,
    }));
  }
  const used = new Set(context.siblings.map(({ value }) => value));
  const listed = typesOf(item).includes("string") ? listedTerms(slot, context, true) : null;
  if (listed !== null) return listed.filter((term) => !used.has(term)).map((value) => ({ value, clarity: 0.85 }));
  const citing = citingProperties(item);
  if (citing !== null) {
    return citedStatements(context.evidence).map(({ statement, source, fit }) => {
      const rest = fill(item, { ...slot, name: "" }, { ...inner, evidence: readEvidence(statement) }).value as Json;
      const value = { ...rest, [citing.statement]: statement, [citing.citations]: [source] };
      return { value, clarity: Math.min(0.95, 0.45 + 0.6 * fit) };
    });
  }
  const grading = gradingProperties(item);
  const graded = grading === null ? [] : gradedSources(context.evidence);
  if (grading !== null && graded.length > 0) {
    return graded.map(({ source, fit }) => ({
      value: { [grading.source]: source, [grading.grade]: Math.round(fit * 100) / 100 },
      clarity: 0.85,
    }));
  }
  const telling = tellingProperties(item);
  const told = telling === null ? [] : toldSources(context.evidence);
  if (telling !== null && told.length > 0) {
    const property = (item["properties"] as Record<string, Json>)[telling.text] ?? {};
    return told.map(({ source, told }) => ({
      value: { [telling.source]: source, [telling.text]: fitLength(told, property) },
      clarity: 0.85,
    }));
  }
  const parts = context.evidence.parts.slice(0, 50);
  if (typesOf(item).includes("integer") || typesOf(item).includes("number")) {
    const own = context.evidence.fields.get("index");
    if (/ind(?:ex|ices)/i.test(slot.name) && typeof own === "number") return [{ value: own, clarity: 0.95 }];
    const numbers = context.evidence.text.match(/-?\d+(?:\.\d+)?/g) ?? [];
    return numbers.slice(0, most).map((number) => ({ value: withinBounds(Number(number), item), clarity: 0.7 }));
  }
  if (typesOf(item).includes("string")) {
    const explains = /reason|why|grund|begründ|factor|signal/i.test(slot.name);
    const wanted = [
      ...nameWords(slot.name).map(stem),
      ...stems(slot.about),
      ...(explains ? stems(context.instructions) : []),
    ];
    const ranked = rankSentences(parts.filter((part) => part.length >= 8), wanted)
      .map(({ sentence, fit }) => ({ sentence, fit: fit + (explains ? 0.3 * tellingness(stems(sentence)) : 0) }))
      .sort((a, b) => b.fit - a.fit);
    const fitting = ranked.filter(({ fit }) => fit > 0).slice(0, explains ? 3 : most);
    return (fitting.length > 0 ? fitting : ranked.slice(0, 3)).map(({ sentence }) => ({
      value: fitLength(sentence, item),
      clarity: 0.75,
    }));
  }
  const numbers = numbersOf(context.evidence.text);
  return parts.slice(0, most).map((part, place) => {
    const number = numbers.length === parts.length ? numbers[place] : undefined;
    const labels = new Map(number === undefined ? [] : [["index", number]]);
    return fill(item, { ...slot, name: "" }, { ...inner, evidence: readEvidence(part, labels) });
  });
}

/** Something of a conversation as the schema of a list's items has it. */
function fitting(value: string | Record<string, unknown>, item: Json): Finding {
  if (typeof value === "string") return { value: fitLength(value, item), clarity: 0.85 };
  const properties = (item["properties"] ?? {}) as Record<string, Json>;
  const known = Object.entries(value).filter(([name]) => name in properties).map(([name, part]) => [
    name,
    typeof part === "string" ? fitLength(part, properties[name] ?? {}) : part,
  ]);
  return { value: Object.fromEntries(known), clarity: 0.85 };
}

/** The numbers of a text's lines where they have some, as in `3. user: …`. */
function numbersOf(text: string): string[] {
  return Array.from(text.matchAll(/^\s*\[?(\d+)[\].):]\s+\S/gm), ([, number]) => number ?? "");
}

/** The part of the input that a description names in backticks ("statements of `said`"); all of it where it names none. */
function within({ about }: Slot, context: Context): Context {
  const name = /\b(?:of|from|in) `(\w+)`/.exec(about)?.[1];
  const part = name === undefined ? undefined : context.evidence.fields.get(fieldKey(name));
  if (typeof part !== "string" && typeof part !== "number") return context;
  const evidence = readEvidence(String(part));
  // Who asks states nothing.
  const all = evidence.parts.map((each) => each.replace(/^\s*[-*•]\s+/, ""));
  const parts = /\bstatement/i.test(about) ? all.filter((each) => !/\?\s*$/.test(each)) : all;
  return { ...context, evidence: { ...evidence, parts } };
}

function first(finding: Finding, index: number, all: Finding[]): boolean {
  const key = JSON.stringify(finding.value);
  return all.findIndex(({ value }) => JSON.stringify(value) === key) === index;
}

function fillString(schema: Json, slot: Slot, context: Context): Finding {
  const { turns = [] } = context;
  if (turns.length > 0 && /summary/i.test(slot.name)) {
    return { value: fitLength(mostSaid(turns, 3).join(" "), schema), clarity: 0.85 };
  }
  const found = findText(schema, slot, context);
  const free = schema["minLength"] === undefined && schema["format"] === undefined && schema["pattern"] === undefined;
  // A weak model does not find what is hardly there.
  return free && found.clarity < abilityOf(context.model).blind ? { value: "", clarity: found.clarity } : found;
}

function fillEnum(values: unknown[], slot: Slot, context: Context): Finding {
  const names = values.filter((value) => value !== null).map(String);
  const chosen = choose(names, slot, context.instructions, context.evidence);
  if (values.includes(null) && chosen.clarity < 0.55) return { value: null, clarity: chosen.clarity };
  return { value: values.find((value) => String(value) === chosen.value) ?? values[0], clarity: chosen.clarity };
}

function fillUnion(options: Json[], slot: Slot, context: Context): Finding {
  const nullable = options.some((option) => typesOf(resolveSchema(option, context.root)).includes("null"));
  const solid = options.filter((option) => !isNullSchema(resolveSchema(option, context.root)));
  const tried = solid.map((option) => fill(option, slot, { ...context, depth: context.depth + 1 }));
  const best = tried.reduce<Finding>((a, b) => b.clarity > a.clarity ? b : a, { value: null, clarity: -1 });
  if (!nullable) return best;
  if (isElsewhere(slot, context.evidence)) return { value: null, clarity: 0.85 };
  // A choice that may be left open is made only where the input speaks for it.
  const choice = solid.some((option) => enumOf(option, context.root) !== null);
  return choice && best.clarity < 0.6 ? { value: null, clarity: 0.7 } : orNull(best, context);
}

/** Whether a field is "only for email" while the input names another channel. */
function isElsewhere({ about }: Slot, { fields }: Evidence): boolean {
  const only = /\bonly (?:for|if|when) (?:an? )?(\w+)/i.exec(about)?.[1]?.toLowerCase();
  const channel = fields.get("channel");
  return only !== undefined && typeof channel === "string" && channel.toLowerCase() !== only;
}

/** A value that may be absent is left out where nothing, or for a weak model too little, speaks for it. */
function orNull(found: Finding, { model }: Context): Finding {
  const threshold = Math.max(0.42, abilityOf(model).blind);
  return found.clarity < threshold ? { value: null, clarity: 0.6 } : found;
}

function fillBoolean(slot: Slot, { evidence, instructions }: Context): Finding {
  const stated = evidence.fields.get(fieldKey(slot.name));
  if (typeof stated === "boolean") return { value: stated, clarity: 0.95 };
  // Whether to go ahead: yes, unless something speaks against it.
  if (/^(?:send|proceed|allow|approve|continue|is_?valid|relevant|should_)/i.test(slot.name)) {
    const held = evidence.fields.get("donotcontact") === true ||
      /^(?:lost|inactive)$/.test(String(evidence.fields.get("status")));
    return { value: !held, clarity: 0.85 };
  }
  const wanted = [...nameWords(slot.name).map(stem), ...stems(slot.about)].filter((key) =>
    !/^(?:is|has|need|should|wheth|true|fals)/.test(key)
  );
  const chosen = choose(
    ["yes"],
    { name: slot.name, about: `yes: ${slot.about} ${nameWords(slot.name).join(" ")}` },
    instructions,
    evidence,
  );
  const fit = overlap(wanted, evidence.stems);
  const denied = /\b(?:no|not|never|without|kein|keine|nicht|ohne|sin|sans|non)\b/i.test(evidence.text);
  if (fit === 0) return { value: false, clarity: 0.5 };
  return { value: !(denied && fit < 0.6), clarity: Math.max(0.5, chosen.clarity, 0.4 + fit / 2) };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
