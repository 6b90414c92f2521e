import type { PDFFont, PDFPage } from "@cantoo/pdf-lib";
import type { Exported } from "./schemas.ts";
import { momentOf, nameOf, type Words } from "./words.ts";

/** A4, points. */
const PAGE: [width: number, height: number] = [595.28, 841.89];
const MARGIN = 56;
const SIZE = 10.5;
const LINE = 15;

/** A PDF, and how many characters its fonts do not have. */
export interface Pdf {
  bytes: Uint8Array;
  lost: number;
}

/**
 * As a PDF with the fonts every reader has, which write the languages Signalbox speaks. Letters they do not have become `?`, and
 * their number is told. The library is loaded with the first file.
 */
export async function writePdf(conversation: Exported, words: Words, now: Date): Promise<Pdf> {
  const { PDFDocument, StandardFonts, rgb } = await import("@cantoo/pdf-lib");
  const { title, assistant, language, created_at, summary, messages } = conversation;
  const document = await PDFDocument.create();
  const plain = await document.embedFont(StandardFonts.Helvetica);
  const bold = await document.embedFont(StandardFonts.HelveticaBold);
  const known = new Set(plain.getCharacterSet());
  let lost = 0;
  const writable = (text: string) =>
    Array.from(text.normalize("NFC").replaceAll("\t", "  "), (letter) => {
      const code = letter.codePointAt(0) ?? 0;
      if (letter === "\n" || known.has(code)) return letter;
      if (/\s/.test(letter)) return " ";
      lost += 1;
      return "?";
    }).join("");

  document.setTitle(title);
  document.setCreator("Signalbox");
  document.setProducer("Signalbox");
  document.setCreationDate(now);
  document.setModificationDate(now);
  if (language !== null) document.setLanguage(language);

  let page: PDFPage = document.addPage(PAGE);
  let at = PAGE[1] - MARGIN;
  const write = (text: string, font: PDFFont, size: number, grey = 0) => {
    for (const line of linesOf(writable(text), font, size)) {
      if (at < MARGIN + LINE) {
        page = document.addPage(PAGE);
        at = PAGE[1] - MARGIN;
      }
      page.drawText(line, { x: MARGIN, y: at, size, font, color: rgb(grey, grey, grey) });
      at -= LINE * size / SIZE;
    }
  };
  write(title, bold, 18);
  if (assistant !== null) write(`${words.with} ${assistant}`, plain, SIZE, 0.4);
  if (created_at !== null) write(`${words.begun} ${momentOf(created_at)}`, plain, SIZE, 0.4);
  const parts = [
    ...(summary === null ? [] : [{ name: words.summary, moment: "", text: summary }]),
    ...messages.map(({ speaker, text, said_at }) => ({
      name: nameOf(speaker, assistant, words),
      moment: momentOf(said_at),
      text,
    })),
  ];
  for (const { name, moment, text } of parts) {
    at -= LINE / 2;
    write(moment === "" ? name : `${name}, ${moment}`, bold, SIZE, 0.25);
    write(text, plain, SIZE);
  }
  return { bytes: await document.save(), lost };
}

/** Lines no wider than the page: broken at blanks, a word that is too long anywhere. */
function linesOf(text: string, font: PDFFont, size: number): string[] {
  const most = PAGE[0] - 2 * MARGIN;
  const width = (line: string) => font.widthOfTextAtSize(line, size);
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (
      const word of paragraph.split(" ").flatMap((word) => width(word) > most ? piecesOf(word, width, most) : [word])
    ) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (width(longer) <= most) line = longer;
      else {
        lines.push(line);
        line = word;
      }
    }
    return [...lines, line];
  });
}

function piecesOf(word: string, width: (text: string) => number, most: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const letter of word) {
    if (width(piece + letter) > most) {
      pieces.push(piece);
      piece = "";
    }
    piece += letter;
  }
  return [...pieces, piece];
}
