/**
 * What training needs of this module: the features it scores with, so that a model is trained on exactly what it will see.
 *
 * @module
 */
export { scoreWith } from "../complexity.ts";
export { type ComplexityModel, type ShapeWeight, standardize } from "../model.ts";
export { packPhrases, unpackPhrases } from "../phrase-table.ts";
export { hashPhrase, knownPhrases, phraseValues } from "../phrases.ts";
export { readText } from "../read-text.ts";
export { shapeFeatures } from "../shape-features.ts";
export { complexityModel } from "../weights.ts";
