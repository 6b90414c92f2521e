import { lengthFeatures } from "./length-features.ts";
import { mathsFeatures } from "./maths-features.ts";
import type { ReadText } from "./read-text.ts";
import { structureFeatures } from "./structure-features.ts";
import { wordingFeatures } from "./wording-features.ts";

/** Features with a second slope for open questions, as `open.<name>`: length means another thing where answers are given to choose from. */
const openFeatures = [
  "length.words",
  "length.sentences",
  "length.words_per_sentence",
  "maths.numbers",
  "maths.largest_number_digits",
  "words.quantity",
];

/** The hand-named features of a text; their names are what an explanation shows. Every text has every feature. */
export function shapeFeatures(text: ReadText): Record<string, number> {
  const features: Record<string, number> = {
    ...lengthFeatures(text),
    ...structureFeatures(text),
    ...mathsFeatures(text),
    ...wordingFeatures(text),
  };
  const isOpen = (features["structure.choices"] ?? 0) < Math.log1p(2);
  features["open"] = isOpen ? 1 : 0;
  for (const name of openFeatures) features[`open.${name}`] = isOpen ? features[name] ?? 0 : 0;
  return features;
}
