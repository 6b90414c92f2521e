import { hashBody } from "@shared/cache/mod.ts";
import type { Asked, ClientFormat } from "../asked.ts";
import { list } from "../fields.ts";
import { marksOf } from "./marks.ts";

/** A request taken apart: the words of its last question, and everything around them. */
export interface Question {
  text: string;
  /** Digest of all that must be equal for two questions to be compared at all. */
  place: string;
}

/** More is no question but a text to work on: one word more or less hardly moves its vector. */
export const mostCharacters = 500;
/** Says nothing about the answer. */
const BESIDE = ["stream", "stream_options", "user", "metadata", "safety_identifier", "store", "prompt_cache_key"];

/** Null for requests that have no such question, or whose answer fits no other: several choices, streams with tools. */
export async function questionOf(asked: Asked, format: ClientFormat): Promise<Question | null> {
  const { body, stream, choices } = asked;
  if (choices !== 1 || (stream && (list(body["tools"]).length > 0 || list(body["functions"]).length > 0))) return null;
  const found = (await format.store()).question(body);
  if (found === null) return null;
  const text = found.text.trim();
  if (text === "" || text.length > mostCharacters) return null;
  const around = Object.fromEntries(Object.entries(found.around).filter(([name]) => !BESIDE.includes(name)));
  return { text, place: await hashBody([format.name, around, marksOf(text)]) };
}
