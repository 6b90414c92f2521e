import type { PromptMaterial } from "./prompt.ts";

/** What is left out of a text shows where, to the model as to a person. */
const GAP = "\n[…]\n";
/** Of what is kept of a text, so much is its beginning; the rest is its end. */
const BEGINNING = 0.6;
/** A text shorter than this is not what makes a prompt too long. */
const SHORT = 2_000;

/**
 * The material of a prompt with about half of it left out, for models whose window it does not fit: of a conversation its oldest
 * messages, else the middle of its longest value. Null when nothing can be left out.
 */
export function shortenMaterial(material: PromptMaterial): PromptMaterial | null {
  return material.turn === null ? withoutMiddle(material) : withoutOldest(material, material.turn);
}

function withoutOldest(material: PromptMaterial, turn: NonNullable<PromptMaterial["turn"]>): PromptMaterial | null {
  const { messages } = turn;
  const sizes = messages.map(({ content }) => JSON.stringify(content).length);
  const half = sizes.reduce((sum, size) => sum + size, 0) / 2;
  let kept = sizes.at(-1) ?? 0;
  let from = messages.length - 1;
  while (from > 0 && kept + (sizes[from - 1] ?? 0) <= half) kept += sizes[--from] ?? 0;
  // A conversation begins with the person, or providers refuse it.
  while (from < messages.length - 1 && messages[from]?.role !== "user") from++;
  return from <= 0 ? null : { ...material, turn: { ...turn, messages: messages.slice(from) } };
}

function withoutMiddle(material: PromptMaterial): PromptMaterial | null {
  const [longest] = Object.entries(material.variables).toSorted(([, a], [, b]) => b.length - a.length);
  if (longest === undefined || longest[1].length < SHORT) return null;
  const [name, value] = longest;
  const keep = Math.floor(value.length / 2) - GAP.length;
  const head = Math.floor(keep * BEGINNING);
  const shortened = value.slice(0, head).toWellFormed() + GAP + value.slice(head - keep).toWellFormed();
  return { ...material, variables: { ...material.variables, [name]: shortened } };
}
