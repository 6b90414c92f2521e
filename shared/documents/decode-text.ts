import { unreadable } from "./unreadable.ts";

/** A text's characters by its byte order mark, else UTF-8 where it is that, else Windows-1252, which takes any byte. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Whether bytes read as text: hardly a control character among the first 20,000 characters. */
export function isProbablyText(bytes: Uint8Array): boolean {
  return unreadableShare(decodeText(wholeCharacters(bytes))) <= 0.02;
}

/** @throws {AppError} `invalid_request` when a text given as such is mostly no text. */
export function requireText(text: string, format: string): void {
  if (unreadableShare(text) > 0.02) throw unreadable(`it says ${format}, but is no readable text`);
}

/** Replacement and control characters among the first 20,000. */
function unreadableShare(text: string): number {
  const start = text.slice(0, 20_000);
  // deno-lint-ignore no-control-regex -- control characters are what is counted
  return (start.match(/[\ufffd\u0000-\u0008\u000e-\u001f]/g)?.length ?? 0) / Math.max(1, start.length);
}

/** The first bytes, not ending within a character of UTF-8. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = Math.min(bytes.length, 40_000);
  if (end === bytes.length) return bytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
