import type { Bytes } from "@shared/http/mod.ts";
import type { Block } from "./block.ts";
import { decodeText, requireText } from "./decode-text.ts";
import { type FormatName, formatOfMimeType, FORMATS, mimeTypeOfFormat } from "./formats.ts";
import { plainText } from "./plain-text.ts";
import { readCsv } from "./read-csv.ts";
import { readMarkdown } from "./read-markdown.ts";
import { blockReader, type DocumentReader, mediaReader } from "./reader.ts";
import { tooMuch, unreadable } from "./unreadable.ts";

/** Most bytes of a text: it is read whole, and becomes no more passages than a document may have. */
const MOST_TEXT_BYTES = 24_000_000;

/** Beginnings of files that are no text, whatever they are called. */
const BINARY: [start: string, name: string][] = [
  ["%PDF-", "PDF"],
  ["PK\u0003\u0004", "ZIP or Office"],
  ["{\\rtf", "RTF"],
];

/**
 * A reader of a text that came as such.
 *
 * @throws {AppError} `invalid_request` for a format that is no text, a text that is not what it says, and one without a word.
 */
export async function openText(source: string, mimeType: string): Promise<DocumentReader> {
  const format = formatOfMimeType(mimeType);
  if (format === null || FORMATS[format].kind !== "text") {
    throw unreadable(`${mimeType.slice(0, 100)} is not a format that is read`);
  }
  const binary = BINARY.find(([start]) => source.trimStart().startsWith(start))?.[1];
  if (binary !== undefined) throw unreadable(`it says ${mimeType}, but is a ${binary} file`);
  requireText(source, mimeType);
  return blockReader(worded(await blocksOfText(source, format)));
}

/**
 * A reader of a file whose format is known.
 *
 * @throws {AppError} `invalid_request` when it is broken, encrypted or without a word, `payload_too_large` when it holds too much.
 */
export async function openDocument(bytes: Bytes, format: FormatName): Promise<DocumentReader> {
  const { kind } = FORMATS[format];
  if (kind === "image" || kind === "audio") {
    return mediaReader({ kind, mimeType: mimeTypeOfFormat(format), bytes, page: null });
  }
  // Libraries are heavy: each is loaded by the first document that needs it.
  switch (format) {
    case "pdf":
      return await (await import("./read-pdf.ts")).openPdf(bytes);
    case "docx":
      return blockReader(worded((await import("./read-docx.ts")).readDocx(bytes)));
    case "pptx":
      return blockReader(worded((await import("./read-pptx.ts")).readPptx(bytes)));
    case "xlsx":
      return blockReader(worded((await import("./read-xlsx.ts")).readXlsx(bytes)));
    case "rtf":
      return blockReader(worded((await import("./read-rtf.ts")).readRtf(bytes)));
    case "eml":
      return blockReader(worded(await (await import("./read-eml.ts")).readEml(bytes)));
    default:
      if (bytes.length > MOST_TEXT_BYTES) throw tooMuch(`it has more than ${MOST_TEXT_BYTES / 1_000_000} MB of text`);
      return blockReader(worded(await blocksOfText(decodeText(bytes), format)));
  }
}

/** The blocks of a text. */
export async function blocksOfText(source: string, format: FormatName): Promise<Block[]> {
  const text = plainText(source);
  switch (format) {
    case "html":
      return (await import("./read-html.ts")).readHtml(text);
    case "csv":
      return readCsv(text);
    default:
      return readMarkdown(text);
  }
}

/** Blocks that say something. */
function worded(blocks: Block[]): Block[] {
  const kept = blocks.filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  if (kept.length === 0) throw unreadable("it has no text");
  return kept;
}
