import type { Bytes } from "./bytes.ts";

const encoder = new TextEncoder();

/** SHA-256 of a text's UTF-8 bytes, or of bytes. */
export async function sha256(value: string | Uint8Array): Promise<Uint8Array> {
  const bytes = typeof value === "string" ? encoder.encode(value) : value;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Bytes));
}

/** {@linkcode sha256} as 64 lower-case hex digits. */
export async function sha256Hex(value: string | Uint8Array): Promise<string> {
  return Array.from(await sha256(value), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
