import { sentences, stems } from "./words.ts";

/** What a text offers to answer from. */
export interface Evidence {
  text: string;
  sentences: string[];
  /** Stems of the words that carry meaning, without repetition. */
  stems: ReadonlySet<string>;
  /** Named values: from JSON in the text, and from lines such as `Company: Acme`. Keys are {@linkcode fieldKey}s. */
  fields: ReadonlyMap<string, unknown>;
  /** Parts of a text that enumerates: elements of a JSON array, numbered or bulleted lines, else paragraphs. */
  parts: string[];
}

/** Reads a text once for all questions about it. `labels` are parts of it that already have a name. */
export function readEvidence(text: string, labels: ReadonlyMap<string, string> = new Map()): Evidence {
  const fields = new Map<string, unknown>();
  const parts: string[] = [];
  const values = jsonValues(text);
  for (const value of values) collect(value, fields, parts);
  const said = values.length > 0 && /^\s*[{[]/.test(text) ? values.flatMap((value) => told(value)) : sentences(text);
  for (const line of text.split("\n")) {
    const match = /^[\s>*-]*([\p{L}][\p{L}\d _-]{0,39}?)\s*[:=]\s*(\S.*)$/u.exec(line);
    if (match === null || /^https?$/i.test(match[1] ?? "")) continue;
    const key = fieldKey(match[1] ?? "");
    if (!fields.has(key)) fields.set(key, scalar(match[2] ?? ""));
  }
  for (const [name, value] of labels) if (!fields.has(fieldKey(name))) fields.set(fieldKey(name), scalar(value));
  return {
    text,
    sentences: said,
    stems: new Set(stems(text)),
    fields,
    parts: parts.length > 0 ? parts : values.length > 0 ? said : listParts(text),
  };
}

/** JSON as a person would read it out: texts as they are, other values with their names. */
function told(value: unknown, name = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => told(element, name));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => told(member, key));
  }
  if (value === null || value === "") return [];
  const text = String(value);
  return typeof value === "string" && /\s/.test(text.trim()) && text.length > 25
    ? sentences(text)
    : [`${name}: ${text}`];
}

/** A field's name without case and punctuation: `p_score`, `pScore` and `P Score` are one. */
export function fieldKey(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

function collect(value: unknown, fields: Map<string, unknown>, parts: string[]): void {
  if (Array.isArray(value)) {
    for (const element of value) {
      parts.push(typeof element === "string" ? element : JSON.stringify(element));
      if (typeof element === "object") collect(element, fields, []);
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const key = fieldKey(name);
    // The outermost value of a name is the one a reader would take.
    if (!fields.has(key) && member !== null) fields.set(key, member);
    if (typeof member === "object") collect(member, fields, parts);
  }
}

/** JSON objects and arrays that stand in a text. */
export function jsonValues(text: string): unknown[] {
  const values: unknown[] = [];
  const opening = /[{[]/g;
  // Brackets that close nothing are common in prose; a bound keeps a long text of them cheap.
  for (let tries = 0; tries < 200; tries += 1) {
    const start = opening.exec(text)?.index;
    if (start === undefined) break;
    const end = closing(text, start);
    const value = end === null ? undefined : parse(text.slice(start, end));
    if (typeof value !== "object" || value === null || end === null) continue;
    if (Object.keys(value).length > 0) values.push(value);
    opening.lastIndex = end;
  }
  return values;
}

function closing(text: string, start: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character === "\\") at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function scalar(text: string): unknown {
  const trimmed = text.trim().replace(/^["'](.*)["']$/, "$1");
  if (/^-?\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (/^(?:true|false)$/i.test(trimmed)) return /^true$/i.test(trimmed);
  return trimmed;
}

function listParts(text: string): string[] {
  const lines = text.split("\n");
  const marked = lines.filter((line) => /^\s*(?:[-*•]|\[?\d+[\].):])\s+\S/.test(line));
  if (marked.length > 1) return marked.map((line) => line.replace(/^\s*(?:[-*•]|\[?\d+[\].):])\s+/, "").trim());
  const paragraphs = text.split(/\n\s*\n/).map((part) => part.trim()).filter((part) => part !== "");
  if (paragraphs.length > 1) return paragraphs;
  return sentences(text);
}

/** Share of the wanted stems that a text has, 0..1; 0 when nothing is wanted. */
export function overlap(wanted: Iterable<string>, present: ReadonlySet<string>): number {
  const set = new Set(wanted);
  if (set.size === 0) return 0;
  let found = 0;
  for (const key of set) if (present.has(key)) found += 1;
  return found / set.size;
}

/** Sentences in the order of how well they fit the wanted stems, best first, with how well, 0..1. */
export function rankSentences(list: readonly string[], wanted: readonly string[]): { sentence: string; fit: number }[] {
  const keys = new Map<string, number>();
  const sets = list.map((sentence) => new Set(stems(sentence)));
  for (const key of new Set(wanted)) {
    const frequency = sets.filter((set) => set.has(key)).length;
    // A word of every sentence tells nothing about which one is meant.
    keys.set(key, Math.log(1 + (list.length + 1) / (frequency + 0.5)));
  }
  const total = Array.from(keys.values()).reduce((sum, weight) => sum + weight, 0);
  return list.map((sentence, index) => {
    let weight = 0;
    for (const [key, value] of keys) if (sets[index]?.has(key)) weight += value;
    return { sentence, fit: total === 0 ? 0 : weight / total };
  }).sort((a, b) => b.fit - a.fit);
}
