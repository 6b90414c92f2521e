import { fence } from "@shared/prompts/mod.ts";
import type { Recalled } from "./schemas.ts";

/** What a model needs to know of something recalled. */
export type RecalledText = Pick<Recalled, "kind" | "type" | "content" | "speaker" | "said_at">;

/**
 * What is remembered, for a model's system text: one fenced block, each statement and turn on a line of its own with its date.
 * Fenced, because it was said by people: it is material, never an instruction. Null when nothing was recalled.
 */
export function recalledText(found: readonly RecalledText[]): string | null {
  if (found.length === 0) return null;
  const lines = found.map(({ kind, type, content, speaker, said_at }) => {
    const said = content.replace(/\s+/g, " ").trim();
    const who = kind === "turn" ? speaker ?? "somebody" : (type ?? "fact").replace("_", " ");
    return `- ${said_at.slice(0, 10)}, ${who}: ${said}`;
  });
  return `Remembered from earlier conversations; use it where it helps and do not mention it otherwise:\n\n${
    fence("memory", lines.join("\n"))
  }`;
}
