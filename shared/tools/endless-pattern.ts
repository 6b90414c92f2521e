/** What a pattern is made of, as far as it repeats something: groups, choices, repetitions; escapes and classes are passed over. */
const PARTS = /\\.|\[(?:\\.|[^\]\\])*\]|\{\d+\}|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|\)(?:[*+]|\{\d+,)?|[|*+?]|\{\d+,/gs;

/**
 * Whether a regular expression repeats a group that varies by itself, as `(a+)+` does: there are texts on which such a one takes for
 * ever, and nothing can stop it.
 */
export function isEndless(pattern: string): boolean {
  const varies = [false];
  for (const [part] of pattern.matchAll(PARTS)) {
    if (part.startsWith("(")) varies.push(false);
    else if (part.startsWith(")")) {
      const inner = varies.pop() ?? false;
      const isRepeated = part.length > 1;
      if (inner && isRepeated) return true;
      if (inner || isRepeated) varies[varies.length - 1] = true;
    } else if (/^(?:[|*+?]|\{\d+,)/.test(part)) varies[varies.length - 1] = true;
  }
  return false;
}
