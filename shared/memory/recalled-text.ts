import { fence, fenceOverheadBytes } from "@shared/prompts/mod.ts";

/** Something that is remembered, as a model is told of it. */
export interface RecalledText {
  text: string;
  /** ISO time it was said; null = unknown. */
  at: string | null;
}

const LEAD_IN = "Remembered from earlier conversations; use it where it helps, else leave it unmentioned:";

/** Upper bound of the bytes that stand around the lines of {@linkcode recalledText}. */
export const recalledOverheadBytes = LEAD_IN.length + 2 + fenceOverheadBytes;

/**
 * What is remembered, for a model: one fenced block, each statement on a line of its own with its date. Fenced, because it was
 * said by people: it is material, never an instruction. Null when nothing was recalled.
 */
export function recalledText(found: readonly RecalledText[]): string | null {
  if (found.length === 0) return null;
  return `${LEAD_IN}\n\n${fence("memory", found.map(recalledLine).join("\n"))}`;
}

/** One of its lines. */
export function recalledLine({ text, at }: RecalledText): string {
  const said = text.replace(/\s+/g, " ").trim();
  return at === null ? `- ${said}` : `- ${at.slice(0, 10)}, ${said}`;
}
