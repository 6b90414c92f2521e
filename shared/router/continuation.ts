import type { StreamPiece } from "./ask.ts";

/** The beginning of an answer as a model takes it to go on from: it must not end in blanks. */
export function prefillOf(seen: string): string {
  return seen.trimEnd();
}

/** The whole answer of a beginning and what another model added to its {@linkcode prefillOf}. */
export function joinContinued(seen: string, added: string): string {
  return seen + (prefillOf(seen) === seen ? added : added.trimStart());
}

/** The pieces of a continued stream as the caller needs them: blanks the caller has already seen are not sent twice. */
export class Continuation {
  #skipsBlanks: boolean;

  /** @param seen What the caller has of the answer; `""` = nothing, then every piece passes. */
  constructor(seen: string) {
    this.#skipsBlanks = prefillOf(seen) !== seen;
  }

  /** The piece to send, or null if nothing of it is new. */
  piece(piece: StreamPiece): StreamPiece | null {
    if (!this.#skipsBlanks || piece.type !== "delta") return piece;
    const text = piece.text.trimStart();
    if (text === "") return null;
    this.#skipsBlanks = false;
    return { ...piece, text };
  }
}
