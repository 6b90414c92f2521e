import type { Evidence } from "../language/evidence.ts";
import { nameWords, stem, stems } from "../language/words.ts";
import type { Slot } from "./finding.ts";

/** A choice already made in the same object: `material_category` was decided to be `wood` among others. */
export interface Sibling {
  name: string;
  value: string;
  values: readonly string[];
}

/** Terms that the prompt lists under a name, as in `- wood: oak, walnut, beech`. Names are in lower case. */
export function readVocabulary(instructions: string): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (
    const [, label = "", rest = ""] of instructions.matchAll(
      /^[ \t]*[-*•][ \t]*["'`]?([\w -]{1,40})["'`]?:[ \t]*(.+)$/gm,
    )
  ) {
    const terms = rest.split(",").map((term) => term.replace(/[.;]\s*$/, "").trim()).filter((term) => term !== "");
    if (terms.every((term) => term.split(/\s+/).length <= 4)) lists.set(label.trim().toLowerCase(), terms);
  }
  return lists;
}

/**
 * The listed terms that the input names, first named first, for a field that belongs to a choice: `material` to `material_category`,
 * `product_kind` to `product_category`. Null when the prompt lists nothing for it.
 *
 * @param wide Whether terms listed under the values that were not chosen count too.
 */
export function listedTerms(
  { name }: Slot,
  { siblings, vocabulary, evidence }: {
    siblings: readonly Sibling[];
    vocabulary: ReadonlyMap<string, string[]>;
    evidence: Evidence;
  },
  wide = false,
): string[] | null {
  const words = new Set(nameWords(name).map(stem));
  const owner = siblings.find((sibling) => nameWords(sibling.name).map(stem).some((key) => words.has(key)));
  if (owner === undefined) return null;
  if (!owner.values.some((value) => vocabulary.has(value.toLowerCase()))) return null;
  const labels = wide ? owner.values : [owner.value];
  const lists = labels.flatMap((label) => vocabulary.get(label.toLowerCase()) ?? []);
  const text = evidence.text.toLowerCase();
  const placeOf = (term: string) => text.indexOf(term.toLowerCase().split(/[_\s]/)[0] ?? "");
  return lists.filter((term) => stems(term.replaceAll("_", " ")).every((key) => evidence.stems.has(key)))
    .sort((a, b) => placeOf(a) - placeOf(b) || b.length - a.length);
}
