import { Inflate } from "fflate";
import { tooMuch } from "./unreadable.ts";

/** What a stream of a PDF may unpack to: a picture of twenty megapixels in colour. */
const MOST_UNPACKED = 64_000_000;
/** Deflate packs no more than so many bytes into one: what is small cannot unpack to much. */
const BEST_RATIO = 1032;
/** A stream whose beginning unpacks to fewer times its size is not looked at further: pictures and texts do. */
const SUSPICIOUS_RATIO = 200;
const BEGINNING = 2_048;
/** Pushed piece by piece into every layer, so that a bomb is noticed while it swells: a piece comes to one megabyte at most. */
const PIECE = 1_024;
/** Where the entries of a stream stand: right before it. */
const ENTRIES = 1_000;

/**
 * Refuses a PDF one of whose streams unpacks to more than an invocation has memory for: its parser would not notice before it is
 * ended. Only what packs suspiciously well is unpacked; what hides better ends the invocation, and the job after the second one.
 *
 * @throws {AppError} `payload_too_large`.
 */
export function refusePdfBombs(bytes: Uint8Array): void {
  // Unpacking costs time as well: a document of many blank pictures is believed after as much as one bomb takes.
  let left = 2 * MOST_UNPACKED;
  for (const { data, layers } of packedStreams(bytes)) {
    if (data.length * BEST_RATIO ** layers <= MOST_UNPACKED || left <= 0) continue;
    if (unpackedSize(data.subarray(0, BEGINNING), layers) < SUSPICIOUS_RATIO * Math.min(BEGINNING, data.length)) {
      continue;
    }
    const size = unpackedSize(data, layers);
    if (size > MOST_UNPACKED) throw tooMuch(`one of its parts unpacks to more than ${MOST_UNPACKED / 1_000_000} MB`);
    left -= size;
  }
}

/** The streams that say they are deflated, once or several times. */
function* packedStreams(bytes: Uint8Array): Generator<{ data: Uint8Array; layers: number }> {
  const latin1 = new TextDecoder("latin1");
  for (let end = 0;;) {
    const word = find(bytes, "stream", end);
    if (word < 0) return;
    const from = word + (bytes[word + 6] === 0x0d ? 8 : 7);
    const entries = latin1.decode(bytes.subarray(Math.max(end, word - ENTRIES), word));
    const layers = entries.slice(entries.lastIndexOf(" obj") + 1).match(/\/(FlateDecode|Fl)\b/g)?.length ?? 0;
    end = find(bytes, "endstream", from);
    if (end < 0) end = bytes.length;
    if (layers > 0) yield { data: bytes.subarray(from, end), layers };
    end += "endstream".length;
  }
}

/** Bytes that come out in the end, counted until there are too many. What is damaged ends sooner. */
function unpackedSize(data: Uint8Array, layers: number): number {
  let size = 0;
  let sink = (piece: Uint8Array) => {
    size += piece.length;
    if (size > MOST_UNPACKED) throw new Error("It is more than is counted");
  };
  for (let layer = 0; layer < layers; layer++) sink = inflated(sink);
  try {
    sink(data);
  } catch {
    // There is enough of it, or the parser says what is wrong.
  }
  return size;
}

/** Passes on what deflated data unpacks to. */
function inflated(next: (piece: Uint8Array) => void): (data: Uint8Array) => void {
  const inflate = new Inflate(next);
  // The two bytes before deflated data say so.
  let header = 2;
  return (data) => {
    const skipped = Math.min(header, data.length);
    header -= skipped;
    for (let from = skipped; from < data.length; from += PIECE) inflate.push(data.subarray(from, from + PIECE));
  };
}

function find(bytes: Uint8Array, word: string, from: number): number {
  const codes = Array.from(word, (letter) => letter.charCodeAt(0));
  for (let at = bytes.indexOf(codes[0]!, from); at >= 0; at = bytes.indexOf(codes[0]!, at + 1)) {
    if (codes.every((code, index) => bytes[at + index] === code)) return at;
  }
  return -1;
}
