import type { Message } from "@shared/providers/mod.ts";
import type { PromptMaterial } from "./prompt.ts";

/** What is left out of a text shows where, to the model as to a person. */
const GAP = "\n[…]\n";
/** Of what is kept of a text, so much is its beginning; the rest is its end. */
const BEGINNING = 0.6;
/** A text shorter than this is not what makes a prompt too long. */
const SHORT = 2_000;

/** A conversation with about half of it left out: its oldest messages. Null when only the last question and what follows it is left. */
export function shortenMessages(messages: readonly Message[]): Message[] | null {
  const sizes = messages.map(({ content }) => JSON.stringify(content).length);
  const half = sizes.reduce((sum, size) => sum + size, 0) / 2;
  const question = messages.findLastIndex(({ role }) => role === "user");
  let kept = sizes.at(-1) ?? 0;
  let from = messages.length - 1;
  while (from > 0 && kept + (sizes[from - 1] ?? 0) <= half) kept += sizes[--from] ?? 0;
  // A conversation begins with the person, or providers refuse it; and the question stays, with what was called for it.
  while (from < question && messages[from]?.role !== "user") from++;
  from = Math.min(from, question);
  return from <= 0 ? null : messages.slice(from);
}

/** The material of a prompt with about half of its longest value left out, for models whose window it does not fit; null when it is short. */
export function shortenMaterial(material: PromptMaterial): PromptMaterial | null {
  const [longest] = Object.entries(material.variables).toSorted(([, a], [, b]) => b.length - a.length);
  if (longest === undefined || longest[1].length < SHORT) return null;
  const [name, value] = longest;
  const keep = Math.floor(value.length / 2) - GAP.length;
  const head = Math.floor(keep * BEGINNING);
  const shortened = value.slice(0, head).toWellFormed() + GAP + value.slice(head - keep).toWellFormed();
  return { ...material, variables: { ...material.variables, [name]: shortened } };
}
