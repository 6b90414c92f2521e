import { Unzip, UnzipInflate } from "fflate";
import { tooMuch, unreadable } from "./unreadable.ts";

/** Most bytes the wanted parts may unpack to: what one invocation can parse. */
const MOST_UNPACKED = 24_000_000;
const MOST_PARTS = 20_000;
/** Pushed piece by piece, so that a bomb is noticed while it swells. */
const PIECE = 16_384;

/** The wanted parts of a ZIP container, unpacked, by their names. */
export type Archive = ReadonlyMap<string, Uint8Array>;

/**
 * Unpacks the wanted parts of an Office file, counting what really comes out: what a container claims about itself is not
 * believed.
 *
 * @throws {AppError} `invalid_request` for a broken or encrypted container, `payload_too_large` for one that holds too much.
 */
export function openArchive(bytes: Uint8Array, wanted: (name: string) => boolean): Archive {
  const parts = new Map<string, Uint8Array[]>();
  let unpacked = 0;
  let seen = 0;
  let problem: unknown = null;
  const unzip = new Unzip((file) => {
    if (++seen > MOST_PARTS) throw tooMuch(`it has more than ${MOST_PARTS} parts`);
    if (file.name === "EncryptedPackage") throw unreadable("it is encrypted: save it without a password");
    if (!wanted(file.name)) return;
    const pieces: Uint8Array[] = [];
    parts.set(file.name, pieces);
    file.ondata = (error, piece) => {
      problem ??= error;
      unpacked += piece?.length ?? 0;
      if (unpacked > MOST_UNPACKED) problem ??= tooMuch(`it unpacks to more than ${MOST_UNPACKED / 1_000_000} MB`);
      else if (piece !== undefined && piece !== null) pieces.push(piece);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  try {
    for (let from = 0; from < bytes.length && problem === null; from += PIECE) {
      unzip.push(bytes.subarray(from, from + PIECE), from + PIECE >= bytes.length);
    }
  } catch (error) {
    problem ??= error;
  }
  if (problem !== null) {
    if (problem instanceof Error && problem.name === "AppError") throw problem;
    throw unreadable("it is damaged: its container cannot be unpacked", problem);
  }
  return new Map(Array.from(parts, ([name, pieces]) => [name, joined(pieces)]));
}

/**
 * A part that the format cannot do without.
 *
 * @throws {AppError} `invalid_request` when it is missing.
 */
export function requirePart(archive: Archive, name: string, format: string): Uint8Array {
  const part = archive.get(name);
  if (part === undefined) throw unreadable(`it says ${format}, but has no ${name}`);
  return part;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
