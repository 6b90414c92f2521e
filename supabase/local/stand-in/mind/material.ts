import { type Evidence, jsonValues, readEvidence } from "../language/evidence.ts";
import { detectLanguage, type Language, requestedLanguage } from "../language/detect-language.ts";
import type { Json, Prompt, Turn } from "../wire/prompt.ts";
import { type KnownStatement, readKnown } from "./known-statements.ts";
import { readTurns, type SaidTurn } from "./said-turns.ts";

/** A request taken apart: what to do, and what to do it with. */
export interface Material {
  /** What the prompt asks for: system text, and the user's words outside fences. */
  instructions: string;
  /** What it is about: fenced data of the last user turn, else the turn itself. */
  data: Evidence;
  /** The last user turn without fenced data. */
  question: string;
  /** What else was said or given: fenced data of the system text, earlier turns, results of tools. */
  background: Evidence;
  /** The conversation it is about, where it is given as one. */
  turns: SaidTurn[];
  /** What is known already, where it is listed by keys. */
  known: KnownStatement[];
  /** What the answer must match, given as a parameter or in words; null for free text. */
  schema: Json | null;
  /** Language of the answer. */
  language: Language;
}

// The product's own fences, and the two that others commonly use.
const fences = [
  /<data id="([^"]*)"[^>]*>\n?([\s\S]*?)\n?<\/data id="\1">/g,
  /<(context|document|documents|source|sources|text|input|data)\b[^>]*>\n?([\s\S]*?)\n?<\/\1>/g,
  /(```|""")\w*\n([\s\S]*?)\n\1/g,
  // What an image says is never asked for, it is what is asked about.
  /(^|\n)(Image: [^\n]*)/g,
];

/** Separates instructions from data. What stands in data is never read as an instruction. */
export function readMaterial(prompt: Prompt): Material {
  const last = prompt.turns.findLastIndex(({ role }) => role === "user");
  const asked = split(last < 0 ? "" : prompt.turns[last]?.text ?? "");
  const system = split(prompt.system);
  const told = embeddedSchema(`${system.rest}\n${asked.rest}`);
  const instructions = told === null
    ? `${system.rest}\n${asked.rest}`
    : without(`${system.rest}\n${asked.rest}`, told.text);
  const question = told === null ? asked.rest : without(asked.rest, told.text);
  const data = asked.fenced.length > 0 ? asked.fenced.join("\n\n") : question;
  const rest = [...system.fenced, ...prompt.turns.filter((_, index) => index !== last).map(spoken)];
  return {
    instructions,
    data: readEvidence(data, asked.named),
    question: question.trim() === "" ? data : question.trim(),
    background: readEvidence(rest.join("\n\n")),
    known: readKnown(asked.named.get("known") ?? ""),
    turns: readTurns(asked.named.get("conversation") ?? ""),
    schema: prompt.schema ?? told?.schema ?? null,
    language: requestedLanguage(system.rest) ?? requestedLanguage(asked.rest) ??
      detectLanguage(question.length > 0 && asked.fenced.length === 0 ? question : data),
  };
}

function spoken(turn: Turn): string {
  return split(turn.text).rest + split(turn.text).fenced.join("\n");
}

/** A text without the fences around parts of it: what a reader takes from it. */
export function unfenced(text: string): string {
  const { fenced, rest } = split(text);
  return [rest, ...fenced].filter((part) => part !== "").join("\n\n");
}

/** The parts of a text inside fences, those with a name also by it, and the text without them. */
function split(text: string): { fenced: string[]; named: Map<string, string>; rest: string } {
  const fenced: string[] = [];
  const named = new Map<string, string>();
  let rest = text;
  for (const fence of fences) {
    rest = rest.replace(fence, (whole: string, _, body: string) => {
      const name = /^<\w+ [^>]*\bname="([\w-]+)"/.exec(whole)?.[1];
      if (name !== undefined) named.set(name, body);
      fenced.push(body);
      return "";
    });
  }
  return { fenced, named, rest: rest.trim() };
}

/** A JSON Schema that stands in the prompt's words, as for providers that take none as a parameter. */
function embeddedSchema(text: string): { schema: Json; text: string } | null {
  for (const value of jsonValues(text)) {
    const schema = value as Json;
    if (schema["type"] === "object" && typeof schema["properties"] === "object") {
      return { schema, text: JSON.stringify(value) };
    }
  }
  return null;
}

function without(text: string, json: string): string {
  return text.replace(json, "");
}
