import { conceptsOf } from "./language/concepts.ts";
import { isStopWord, stem, words } from "./language/words.ts";

// Words that say little still tell two otherwise equal texts apart.
const weights = { word: 1, stopWord: 0.08, pair: 0.35, trigram: 0.22, concept: 0.9 };

/**
 * A vector for a text: words without their endings, neighbouring words, parts of words, and what the words mean, hashed into the
 * dimensions. Texts that say the same in similar words, or in another of the known languages, point the same way. Length 1.
 */
export function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  const counts = new Map<string, number>();
  const add = (feature: string, weight: number) => counts.set(feature, (counts.get(feature) ?? 0) + weight);
  let before = "";
  for (const word of words(text)) {
    if (isStopWord(word)) {
      add(`w:${word}`, weights.stopWord);
      continue;
    }
    const key = stem(word);
    add(`w:${key}`, weights.word);
    if (before !== "") add(`p:${before} ${key}`, weights.pair);
    before = key;
    for (const concept of conceptsOf(key)) add(`c:${concept}`, weights.concept);
    const padded = ` ${key} `;
    for (let at = 0; at + 3 <= padded.length; at += 1) add(`t:${padded.slice(at, at + 3)}`, weights.trigram);
  }
  if (counts.size === 0) add(`x:${text}`, 1);
  for (const [feature, count] of counts) {
    const hashed = hash(feature);
    // A repeated word matters more than once, but not as often as it is repeated.
    const value = Math.sign(count) * Math.log1p(count);
    vector[hashed % dimensions]! += (hashed & 0x40000000) === 0 ? value : -value;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** Dimensions a model's vectors have unless the request asks for fewer. */
export function defaultDimensions(model: string): number {
  if (/3-large/.test(model)) return 3_072;
  if (/large|e5-mistral/.test(model)) return 1_024;
  return /base|m2-bert|minilm/i.test(model) ? 768 : 1_536;
}

/** A vector as the API sends it when asked for base64: little-endian 32-bit floats. */
export function toBase64(vector: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, index) => bytes.setFloat32(index * 4, value, true));
  let binary = "";
  for (const byte of new Uint8Array(bytes.buffer)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** FNV-1a over UTF-16 code units, then mixed: its low bits alone repeat too often for neighbouring words. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return (value ^ (value >>> 15)) >>> 0;
}
