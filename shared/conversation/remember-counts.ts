import type { CountTokens } from "./model-family.ts";
import { TextMemory } from "./text-memory.ts";

/**
 * Counts a text once as long as it is remembered.
 *
 * @param most Characters of all texts remembered together.
 */
export function rememberCounts(count: CountTokens, most = 2_000_000): CountTokens {
  const known = new TextMemory<number>(most);
  return async (text) => {
    const tokens = known.get(text) ?? await count(text);
    known.set(text, tokens);
    return tokens;
  };
}
