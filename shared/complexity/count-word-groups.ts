import type { Language } from "./language.ts";
import { type WordGroup, wordGroups } from "./word-groups.ts";

const groupNames = Object.keys(wordGroups) as WordGroup[];
const languageOrder = ["en", "de", "fr", "es"] as const satisfies readonly Language[];
const longestStem = 20;
const shortestStem = 3;

/** The lists of one language, ready to look words up in. */
interface Lookup {
  exact: Map<string, WordGroup[]>;
  stems: Map<string, WordGroup[]>;
}

const lookups = new Map<Language, Lookup>();

/**
 * How many of the words belong to each group, by the lists of one language ("war" is history in English only). A word counts once
 * per group; words are lower case.
 */
export function countWordGroups(words: readonly string[], language: Language): Record<WordGroup, number> {
  const counts = Object.fromEntries(groupNames.map((group) => [group, 0])) as Record<WordGroup, number>;
  const lookup = lookupOf(language);
  const groupsOf = new Map<string, ReadonlySet<WordGroup>>();
  for (const word of words) {
    let groups = groupsOf.get(word);
    if (groups === undefined) {
      groups = groupsOfWord(word, lookup);
      groupsOf.set(word, groups);
    }
    for (const group of groups) counts[group] += 1;
  }
  return counts;
}

function groupsOfWord(word: string, { exact, stems }: Lookup): ReadonlySet<WordGroup> {
  const groups = new Set<WordGroup>(exact.get(word));
  for (let length = shortestStem; length <= Math.min(longestStem, word.length); length++) {
    for (const group of stems.get(word.slice(0, length)) ?? []) groups.add(group);
  }
  return groups;
}

/** Built when a text of the language is first read: a function that never scores does not pay for it. */
function lookupOf(language: Language): Lookup {
  const known = lookups.get(language);
  if (known !== undefined) return known;
  const lookup: Lookup = { exact: new Map(), stems: new Map() };
  for (const group of groupNames) {
    for (const entry of wordGroups[group][languageOrder.indexOf(language)]?.split(" ") ?? []) {
      const isStem = entry.endsWith("*");
      const target = isStem ? lookup.stems : lookup.exact;
      const key = isStem ? entry.slice(0, -1) : entry;
      target.set(key, [...(target.get(key) ?? []), group]);
    }
  }
  lookups.set(language, lookup);
  return lookup;
}
