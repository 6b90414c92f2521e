/** Bytes of one phrase: its hash (32 bits) and its weight (16 bits, signed), little endian. */
const recordBytes = 6;
const largestWeight = 32_767;

/** Weights of phrases as they are shipped: hashes instead of words, so nothing of the training texts leaves with them. */
export interface PackedPhrases {
  /** Base64 of the records, ordered by hash. */
  base64: string;
  /** What one unit of a stored weight is worth. */
  unit: number;
}

/** Packs weights by phrase hash; the largest weight keeps 15 bits of precision. */
export function packPhrases(weights: ReadonlyMap<number, number>): PackedPhrases {
  let largest = 0;
  for (const weight of weights.values()) largest = Math.max(largest, Math.abs(weight));
  const unit = largest === 0 ? 1 : largest / largestWeight;
  const bytes = new DataView(new ArrayBuffer(weights.size * recordBytes));
  [...weights].sort(([a], [b]) => a - b).forEach(([hash, weight], index) => {
    bytes.setUint32(index * recordBytes, hash, true);
    bytes.setInt16(index * recordBytes + 4, Math.round(weight / unit), true);
  });
  let binary = "";
  for (const byte of new Uint8Array(bytes.buffer)) binary += String.fromCharCode(byte);
  return { base64: btoa(binary), unit };
}

/** The weights by phrase hash. */
export function unpackPhrases({ base64, unit }: PackedPhrases): Map<number, number> {
  const bytes = new DataView(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);
  const weights = new Map<number, number>();
  for (let offset = 0; offset < bytes.byteLength; offset += recordBytes) {
    weights.set(bytes.getUint32(offset, true), bytes.getInt16(offset + 4, true) * unit);
  }
  return weights;
}
