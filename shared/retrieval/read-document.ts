import { AppError } from "@shared/errors/mod.ts";
import type { Block } from "./block.ts";
import { plainText } from "./plain-text.ts";
import { readCsv } from "./read-csv.ts";
import { readHtml } from "./read-html.ts";
import { readMarkdown } from "./read-markdown.ts";

/** Formats that are read. */
export const mimeTypes = ["text/plain", "text/markdown", "text/html", "text/csv"] as const;

/** The format of a document. */
export type MimeType = typeof mimeTypes[number];

const READERS: Record<MimeType, (text: string) => Block[]> = {
  "text/plain": readMarkdown,
  "text/markdown": readMarkdown,
  "text/html": readHtml,
  "text/csv": readCsv,
};

/** Beginnings of files that are no text, whatever they are called. */
const BINARY: [start: string, name: string][] = [["%PDF-", "PDF"], ["PK\u0003\u0004", "ZIP or Office"], [
  "{\\rtf",
  "RTF",
]];

/**
 * The blocks of a document.
 *
 * @throws {AppError} `invalid_request` for an unknown format, one that is not what it says, and a document without any text.
 */
export function readDocument(source: string, mimeType: string): Block[] {
  if (!isMimeType(mimeType)) throw refused(`${mimeType.slice(0, 100)} is not a format that is read`);
  const binary = BINARY.find(([start]) => source.trimStart().startsWith(start))?.[1];
  if (binary !== undefined) throw refused(`it says ${mimeType}, but is a ${binary} file`);
  if (unreadableShare(source) > 0.02) throw refused(`it says ${mimeType}, but is no readable text`);
  const blocks = READERS[mimeType](plainText(source)).filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  if (blocks.length === 0) throw refused("it has no text");
  return blocks;
}

/** The format a file's name says; null when its ending is none that is read. */
export function mimeTypeOf(name: string): MimeType | null {
  switch (/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase()) {
    case "txt":
      return "text/plain";
    case "md":
    case "markdown":
      return "text/markdown";
    case "html":
    case "htm":
      return "text/html";
    case "csv":
      return "text/csv";
    default:
      return null;
  }
}

function isMimeType(mimeType: string): mimeType is MimeType {
  return Object.hasOwn(READERS, mimeType);
}

/** Replacement and control characters among the first 20,000. */
function unreadableShare(text: string): number {
  const start = text.slice(0, 20_000);
  // deno-lint-ignore no-control-regex -- control characters are what is counted
  return (start.match(/[\ufffd\u0000-\u0008\u000e-\u001f]/g)?.length ?? 0) / Math.max(1, start.length);
}

function refused(reason: string): AppError {
  return new AppError("invalid_request", `Cannot read the document: ${reason}`);
}
