import {
  docxParagraph,
  makeDocx,
  makePdf,
  makeXlsx,
  type PdfPage,
  proseLines,
} from "../../../shared/documents/testing/mod.ts";

/** A file to be taken in. */
export interface Subject {
  name: string;
  file: string;
  bytes: Uint8Array<ArrayBuffer>;
}

const WORDS =
  ("the kiln fires porcelain tiles at about twelve hundred degrees for several hours before they are sorted by size and " +
    "colour packed in cartons and sent to merchants who keep samples of every series").split(" ");

/** Sentences that differ: the same one again would be embedded once. */
function sentence(seed: number, words: number): string {
  return Array.from({ length: words }, (_, at) => WORDS[(seed * 13 + at * 7 + (seed >> 3)) % WORDS.length]).join(" ") +
    ` ${seed}.`;
}

/** Every file of the benchmark, made when it is its turn. */
export const subjects: Record<string, () => Subject> = {
  book: () => ({
    name: "book",
    file: "book.pdf",
    bytes: makePdf(Array.from({ length: 500 }, (_, page) => prosePage(page, 45))),
  }),
  text: () => ({
    name: "text",
    file: "text.md",
    bytes: new TextEncoder().encode(
      Array.from({ length: 4_000 }, (_, at) => (at % 20 === 0 ? `# Part ${at}\n\n` : "") + sentence(at, 40)).join(
        "\n\n",
      ),
    ),
  }),
  word: () => ({
    name: "word",
    file: "word.docx",
    bytes: makeDocx(
      Array.from(
        { length: 6_000 },
        (_, at) => docxParagraph(sentence(at, 30), at % 25 === 0 ? '<w:pStyle w:val="berschrift1"/>' : ""),
      ).join(""),
    ),
  }),
  sheet: () => ({
    name: "sheet",
    file: "sheet.xlsx",
    bytes: makeXlsx([{ name: "Prices", rows: Array.from({ length: 8_000 }, (_, at) => sheetRow(at)).join("") }]),
  }),
  scans: () => ({
    name: "scans",
    file: "scans.pdf",
    bytes: makePdf(Array.from({ length: 10 }, (_, page) => scanPage(page))),
  }),
};

function prosePage(page: number, lines: number): PdfPage {
  return {
    lines: proseLines(
      Array.from({ length: lines }, (_, line) => `Page ${page + 1} line ${line}: ${sentence(page * 100 + line, 10)}`),
    ),
  };
}

function sheetRow(at: number): string {
  const cells = at === 0 ? ["Article", "Text", "Price"] : [`A${at}`, sentence(at, 8), String(at / 100)];
  return `<row>${cells.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join("")}</row>`;
}

/** A4 at 200 dpi, each a little different. */
function scanPage(page: number): PdfPage {
  const [width, height] = [1_654, 2_339];
  const grey = new Uint8Array(width * height).fill(250);
  for (let at = 0; at < grey.length; at += 97 + page) grey[at] = at % 251;
  return { picture: { width, height, grey } };
}
