/**
 * What training needs of this module: the features it scores with, so that a model is trained on exactly what it will see.
 *
 * @module
 */
export { type ComplexityExplanation, scoreWith } from "../complexity.ts";
export { type ComplexityModel, type ShapeWeight, standardize } from "../model.ts";
export { type PackedPhrases, packPhrases, unpackPhrases } from "../phrase-table.ts";
export { hashPhrase, knownPhrases, phraseValues } from "../phrases.ts";
export { type ReadText, readText } from "../read-text.ts";
export { shapeFeatures } from "../shape-features.ts";
export { complexityModel } from "../weights.ts";
