/**
 * The languages Signalbox speaks, and what it says in them.
 *
 * @module
 */
export { Catalogue } from "./catalogue.ts";
export { type Language, languages, type Translations } from "./languages.ts";
export { textDirection } from "./text-direction.ts";
export { english, type Wording, wordingOf } from "./wording.ts";
