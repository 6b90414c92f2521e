import { AppError } from "@shared/errors/mod.ts";

/** Deeper than any JSON Schema a client sends, shallow enough for every recursive reader after us. */
const MAX_DEPTH = 64;

/**
 * The value JSON bytes stand for.
 *
 * @throws {AppError} `invalid_request` for an empty body, bytes that are not UTF-8, text that is not JSON, values nested
 * deeper than `maxDepth`, and keys that would reach an object's prototype if the value were merged into another.
 */
export function parseJson(bytes: Uint8Array, maxDepth: number = MAX_DEPTH): unknown {
  if (bytes.byteLength === 0) throw refused("it is empty, send JSON");
  const value = parsed(decoded(bytes));
  inspect(value, maxDepth);
  return value;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused("it is not UTF-8");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the text.
    throw refused("it is not JSON");
  }
}

/** Walks with a stack of its own: a call for each level would overflow on exactly the bodies this is here to refuse. */
function inspect(root: unknown, maxDepth: number): void {
  const open: [value: unknown, depth: number][] = [[root, 0]];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const [value, depth] = entry;
    if (typeof value !== "object" || value === null) continue;
    if (depth >= maxDepth) throw refused(`it is nested deeper than ${maxDepth} levels`);
    if (Array.isArray(value)) {
      for (const item of value) open.push([item, depth + 1]);
      continue;
    }
    for (const [key, item] of Object.entries(value)) {
      if (reachesPrototype(key, item)) throw refused(`the key ${key} is not allowed`);
      open.push([item, depth + 1]);
    }
  }
}

/** A JSON Schema may describe a property called `constructor`, so that key alone is no offence. */
function reachesPrototype(key: string, value: unknown): boolean {
  if (key === "__proto__") return true;
  return key === "constructor" && typeof value === "object" && value !== null && Object.hasOwn(value, "prototype");
}

function refused(state: string): AppError {
  return new AppError("invalid_request", `Cannot read the body: ${state}`);
}
