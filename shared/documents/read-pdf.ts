import { AppError } from "@shared/errors/mod.ts";
import type { Bytes } from "@shared/http/mod.ts";
import { extractImages, getResolvedPDFJS } from "unpdf";
import type { Block } from "./block.ts";
import { HeadingPath } from "./heading-path.ts";
import { blocksOfPage } from "./pdf-blocks.ts";
import { refusePdfBombs } from "./pdf-bombs.ts";
import { bodySizeOf, linesOf, type PdfItem } from "./pdf-lines.ts";
import { encodePng } from "./png.ts";
import type { DocumentReader, Media, ReaderCursor, Reading } from "./reader.ts";
import { tooMuch, unreadable } from "./unreadable.ts";

const MOST_PAGES = 5_000;
/** A page with fewer letters than that and a picture on it is a scan. */
const FEWEST_LETTERS = 20;
const MOST_PIXELS = 30_000_000;
/** Pieces of text of a page: a full one has a few thousand, a page of bombs as many as fit into a gigabyte. */
const MOST_PIECES = 100_000;

type PdfDocument = Awaited<ReturnType<typeof load>>;

/**
 * A reader of a PDF: page after page, so that a long one is read by many invocations. A page that is a scan comes as an image.
 *
 * @throws {AppError} `invalid_request` when it is damaged or encrypted, `payload_too_large` with more than 5,000 pages or more than there is memory for.
 */
export async function openPdf(bytes: Bytes): Promise<DocumentReader> {
  refusePdfBombs(bytes);
  const document = await load(bytes);
  if (document.numPages > MOST_PAGES) throw tooMuch(`it has more than ${MOST_PAGES} pages`);
  return {
    read: (cursor, timeLeft) => readPages(document, stateOf(cursor), timeLeft),
    close: () => document.loadingTask.destroy(),
  };
}

async function load(bytes: Bytes) {
  const { getDocument } = await getResolvedPDFJS();
  try {
    // It takes the bytes for itself: who opens the same document again brings them again.
    return await getDocument({
      data: bytes,
      disableFontFace: true,
      useSystemFonts: false,
      stopAtErrors: false,
      maxImageSize: MOST_PIXELS,
      verbosity: 0,
    }).promise;
  } catch (error) {
    const isLocked = error instanceof Error && error.name === "PasswordException";
    throw unreadable(
      isLocked ? "it is encrypted: save it without a password" : "it is damaged: it is no whole PDF",
      error,
    );
  }
}

/** What goes from one stretch to the next. */
interface State {
  /** From 1. */
  page: number;
  bodySize: number | null;
  levels: string[];
}

function stateOf(cursor: ReaderCursor | null): State {
  const { page, bodySize, levels } = cursor ?? {};
  return {
    page: typeof page === "number" ? page : 1,
    bodySize: typeof bodySize === "number" ? bodySize : null,
    levels: Array.isArray(levels) ? levels.filter((level) => typeof level === "string") : [],
  };
}

async function readPages(document: PdfDocument, state: State, timeLeft: () => boolean): Promise<Reading> {
  const headings = new HeadingPath(state.levels);
  const blocks: Block[] = [];
  let { page, bodySize } = state;
  let media: Media | null = null;
  do {
    const { found, size, scan } = await readPage(document, page, bodySize, headings);
    blocks.push(...found);
    bodySize ??= size;
    media = scan;
    page++;
  } while (page <= document.numPages && media === null && timeLeft());
  return {
    blocks,
    media,
    next: page > document.numPages ? null : { page, bodySize, levels: headings.levels },
    done: page - 1,
    total: document.numPages,
  };
}

async function readPage(document: PdfDocument, number: number, bodySize: number | null, headings: HeadingPath) {
  try {
    const page = await document.getPage(number);
    const lines = linesOf(await piecesOf(page));
    const letters = lines.reduce(
      (sum, { cells }) => sum + cells.reduce((length, { text }) => length + text.length, 0),
      0,
    );
    const size = letters >= FEWEST_LETTERS ? bodySizeOf(lines) : null;
    const scan = letters < FEWEST_LETTERS ? await scanOf(document, number) : null;
    page.cleanup();
    const found = blocksOfPage(lines, { page: number, bodySize: bodySize ?? size ?? lines[0]?.size ?? 10, headings });
    return { found, size, scan };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(`page ${number} is damaged`, error);
  }
}

/** The pieces of a page's text, counted while they come. */
async function piecesOf(page: Awaited<ReturnType<PdfDocument["getPage"]>>): Promise<PdfItem[]> {
  const pieces: PdfItem[] = [];
  const reader = page.streamTextContent().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return pieces;
    for (const item of value.items) if ("str" in item) pieces.push(item);
    if (pieces.length <= MOST_PIECES) continue;
    await reader.cancel(new Error("There is more text than a page has"));
    throw tooMuch(`one of its pages has more than ${MOST_PIECES} pieces of text`);
  }
}

/** The largest picture of a page that has next to no text. */
async function scanOf(document: PdfDocument, page: number): Promise<Media | null> {
  const images = await extractImages(document, page);
  const [largest] = images.sort((one, other) => other.width * other.height - one.width * one.height);
  // Rules, logos and stains are no pages.
  if (largest === undefined || largest.width * largest.height < 40_000) return null;
  return { kind: "image", mimeType: "image/png", bytes: await encodePng(largest), page };
}
