import { deepEqual } from "node:assert/strict";
import { readLines } from "./line-reader.ts";

Deno.test("readLines joins what arrives in pieces, also within a character, and keeps the last line", async () => {
  const bytes = new TextEncoder().encode("one\nzwölf\n\nrest");
  const lines: string[] = [];
  await readLines(ReadableStream.from(Array.from(bytes, (byte) => Uint8Array.of(byte))), (line) => lines.push(line));
  deepEqual(lines, ["one", "zwölf", "", "rest"]);
});
