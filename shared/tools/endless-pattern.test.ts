import { equal } from "node:assert/strict";
import { isEndless } from "./endless-pattern.ts";

const patterns: [pattern: string, endless: boolean][] = [
  ["^(a+)+$", true],
  ["^(a|a)*$", true],
  ["^((a+)b?)*$", true],
  ["^(?:x{2,})+$", true],
  ["(a?a?){10,}", true],
  ["^([0-9a-f]{2}:){5}[0-9a-f]{2}$", false],
  ["^\\d{4}-\\d{2}-\\d{2}$", false],
  ["^[(a+)+]+$", false],
  ["^\\(a+\\)+$", false],
  ["^(?:de|en)$", false],
  ["^(?<year>\\d+)-(?=x)$", false],
];

for (const [pattern, endless] of patterns) {
  Deno.test(`isEndless() says ${endless} of ${pattern}`, () => equal(isEndless(pattern), endless));
}
