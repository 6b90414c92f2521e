import { type FormatName, formatOfMimeType, formatOfName, FORMATS } from "./formats.ts";
import { isProbablyText } from "./decode-text.ts";
import { unreadable } from "./unreadable.ts";

/** What a file says about itself besides its bytes. */
export interface Declared {
  name: string;
  /** Null: not said. */
  mimeType: string | null;
}

/**
 * The format a file is, by its bytes, checked against what its name says: whoever uploads a program called `report.pdf` is told,
 * not indexed.
 *
 * @throws {AppError} `invalid_request` for an empty file, one that is not what its name says, and a format that is not read.
 */
export function sniffFormat(bytes: Uint8Array, { name, mimeType }: Declared): FormatName {
  if (bytes.length === 0) throw unreadable("it is empty");
  const said = formatOfName(name) ?? (mimeType === null ? null : formatOfMimeType(mimeType));
  if (said === null) throw unreadable("its name ends in no format that is read");
  const found = signatureOf(bytes);
  if (found.office === "old") {
    throw unreadable(
      "it is an Office file of before 2007 or an encrypted one: save it as docx, pptx or xlsx without a password",
    );
  }
  if (said === "docx" || said === "pptx" || said === "xlsx") {
    if (found.format === "zip") return said;
    throw mismatch(said, found);
  }
  if (found.format === said) return said;
  if (isTextual(said)) {
    if (found.format !== null || found.other !== null) throw mismatch(said, found);
    if (!isProbablyText(bytes)) throw unreadable(`it says ${FORMATS[said].name}, but is no readable text`);
    return said;
  }
  // An MP3 may begin with sound at once, and has no sure signature then.
  if (
    said === "mp3" && found.format === null && found.other === null && (bytes[0] === 0xff) &&
    ((bytes[1] ?? 0) & 0xe0) === 0xe0
  ) {
    return said;
  }
  throw mismatch(said, found);
}

interface Signature {
  format: FormatName | "zip" | null;
  office: "old" | null;
  /** A kind of file that is not read, in words. */
  other: string | null;
}

function isTextual(format: FormatName): boolean {
  return FORMATS[format].kind === "text" || format === "eml";
}

function mismatch(said: FormatName, found: Signature) {
  const what = found.other ??
    (found.format === null
      ? "something else"
      : found.format === "zip"
      ? "a ZIP or Office file"
      : `a ${FORMATS[found.format].name} file`);
  return unreadable(`it says ${FORMATS[said].name}, but is ${what}`);
}

function signatureOf(bytes: Uint8Array): Signature {
  const head = String.fromCharCode(...bytes.subarray(0, 1_024));
  const is = (format: Signature["format"]): Signature => ({ format, office: null, other: null });
  // Some writers put bytes before it; readers look for it in the first kilobyte.
  if (head.includes("%PDF-")) return is("pdf");
  if (head.startsWith("PK\u0003\u0004") || head.startsWith("PK\u0005\u0006")) return is("zip");
  if (head.startsWith("\u00d0\u00cf\u0011\u00e0")) return { format: null, office: "old", other: "an old Office file" };
  if (head.startsWith("{\\rtf")) return is("rtf");
  if (head.startsWith("\u0089PNG\r\n\u001a\n")) return is("png");
  if (head.startsWith("\u00ff\u00d8\u00ff")) return is("jpeg");
  if (head.startsWith("GIF8")) return is("gif");
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return is("webp");
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WAVE") return is("wav");
  if (head.startsWith("ID3")) return is("mp3");
  if (head.startsWith("OggS")) return is("ogg");
  if (head.startsWith("fLaC")) return is("flac");
  if (head.startsWith("\u001aE\u00df\u00a3")) return is("webm");
  if (head.slice(4, 8) === "ftyp") return is("m4a");
  const other = OTHERS.find(([start]) => head.startsWith(start))?.[1] ?? null;
  return { format: null, office: null, other };
}

const OTHERS: [start: string, name: string][] = [
  ["MZ", "a program"],
  ["\u007fELF", "a program"],
  ["\u001f\u008b", "a gzip archive"],
  ["7z\u00bc\u00af", "a 7z archive"],
  ["Rar!", "a RAR archive"],
  ["BM", "a bitmap"],
  ["II*\u0000", "a TIFF image"],
  ["MM\u0000*", "a TIFF image"],
  ["SQLite format 3", "a database"],
];
