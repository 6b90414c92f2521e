import type { NamedKey } from "@shared/config/mod.ts";
import { sha256 } from "./sha256.ts";

/** Finds the key of a project that a caller presents; null when it is none of them. */
export type FindKey = (presented: string) => Promise<NamedKey | null>;

/**
 * Compares digests instead of keys, every one of them and to the last byte, so that the time it takes says nothing about
 * how much of a guess was right.
 */
export function findKeyAmong(keys: NamedKey[]): FindKey {
  let digests: Promise<Uint8Array[]> | undefined;
  return async (presented) => {
    digests ??= Promise.all(keys.map(({ key }) => sha256(key)));
    const digest = await sha256(presented);
    let found: NamedKey | null = null;
    for (const [index, known] of (await digests).entries()) {
      if (sameBytes(digest, known)) found = keys[index] ?? null;
    }
    return found;
  };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
