import { sha256Hex } from "@shared/http/mod.ts";
import { canonicalJson } from "./canonical-json.ts";

/** Composed characters, no blank ends, one kind of line end: what no reader of the text would see a difference in. */
function normalize(text: string): string {
  return text.normalize("NFC").replaceAll("\r\n", "\n").trim();
}

/** SHA-256 (hex) of a task's validated input, its strings normalized: the input's part of the cache key. */
export function hashInput(input: unknown): Promise<string> {
  return sha256Hex(canonicalJson(input, normalize));
}

/** SHA-256 (hex) of a text to embed, normalized. */
export function hashText(text: string): Promise<string> {
  return sha256Hex(normalize(text));
}

/**
 * SHA-256 (hex) of a whole parsed body, strings as they are: an idempotency key sent again with the same body in another key
 * order is the same request, with any other text it is not.
 */
export function hashBody(body: unknown): Promise<string> {
  return sha256Hex(canonicalJson(body));
}
