import type { CountTokens } from "./model-family.ts";

/**
 * Counts a text once as long as it is remembered: a turn chooses mostly from what the turn before has counted. The texts that were
 * asked for longest ago are forgotten first.
 *
 * @param most Characters of all texts remembered together.
 */
export function rememberCounts(count: CountTokens, most = 2_000_000): CountTokens {
  const known = new Map<string, number>();
  let characters = 0;
  return async (text) => {
    const tokens = known.get(text) ?? await count(text);
    // Taken out and put in again, it is the newest; a text may have been counted meanwhile by somebody else.
    if (!known.delete(text)) characters += text.length;
    known.set(text, tokens);
    for (const oldest of known.keys()) {
      if (characters <= most) break;
      known.delete(oldest);
      characters -= oldest.length;
    }
    return tokens;
  };
}
