import type { PDFFont, PDFPage } from "@cantoo/pdf-lib";
import type { Exported } from "./schemas.ts";
import { momentOf, nameOf, type Words } from "./words.ts";

/** A4, points. */
const PAGE: [width: number, height: number] = [595.28, 841.89];
const MARGIN = 56;
const WIDTH = PAGE[0] - 2 * MARGIN;
const SIZE = 10.5;
const LINE = 15;

/** A PDF, and how many characters its fonts do not have. */
export interface Pdf {
  bytes: Uint8Array;
  lost: number;
}

/**
 * As a PDF with the fonts every reader has, which write the languages Signalbox speaks. A letter they do not have
 * becomes the plain one (ő an o), else `?`, and their number is told. The library is loaded with the first file.
 */
export async function writePdf(conversation: Exported, words: Words, now: Date): Promise<Pdf> {
  const { PDFDocument, StandardFonts, rgb } = await import("@cantoo/pdf-lib");
  const { title, assistant, language, created_at, summary, messages } = conversation;
  const document = await PDFDocument.create();
  const plain = await document.embedFont(StandardFonts.Helvetica);
  const bold = await document.embedFont(StandardFonts.HelveticaBold);
  const known = new Set(plain.getCharacterSet());
  let lost = 0;
  const isKnown = (text: string) => Array.from(text).every((letter) => known.has(letter.codePointAt(0) ?? 0));
  const substitutes = new Map<string, { text: string; lost: number }>();
  const written = (letter: string) => {
    let known = substitutes.get(letter);
    if (known === undefined) substitutes.set(letter, known = substituteOf(letter, isKnown));
    lost += known.lost;
    return known.text;
  };
  const letters = new Intl.Segmenter();
  const writable = (text: string) =>
    text.normalize("NFC").replaceAll("\t", "  ").replaceAll(
      /[^\n\x20-\x7e]+/g,
      (rare) => isKnown(rare) ? rare : Array.from(letters.segment(rare), ({ segment }) => written(segment)).join(""),
    );

  document.setTitle(title);
  document.setCreator("Signalbox");
  document.setProducer("Signalbox");
  document.setCreationDate(now);
  document.setModificationDate(now);
  if (language !== null) document.setLanguage(language);

  const widthIn = { plain: measured(plain), bold: measured(bold) };
  let page: PDFPage = document.addPage(PAGE);
  let at = PAGE[1] - MARGIN;
  const write = (text: string, font: PDFFont, size: number, grey = 0) => {
    const height = LINE * size / SIZE;
    const lines = linesOf(writable(text), widthIn[font === bold ? "bold" : "plain"], WIDTH / size);
    while (lines.length > 0) {
      if (at < MARGIN + LINE) {
        page = document.addPage(PAGE);
        at = PAGE[1] - MARGIN;
      }
      const fitting = lines.splice(0, Math.floor((at - MARGIN - LINE) / height) + 1);
      const color = rgb(grey, grey, grey);
      page.drawText(fitting.join("\n"), { x: MARGIN, y: at, size, font, color, lineHeight: height });
      at -= height * fitting.length;
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

/** What is written for one letter, as a reader sees letters, and whether that loses it. */
function substituteOf(letter: string, isKnown: (text: string) => boolean): { text: string; lost: number } {
  if (isKnown(letter)) return { text: letter, lost: 0 };
  if (/^\s+$/.test(letter)) return { text: " ", lost: 0 };
  // They show nothing: marks of direction, joiners, controls.
  if (/^[\p{Cf}\p{Cc}]+$/u.test(letter)) return { text: "", lost: 0 };
  const plainest = letter.normalize("NFKD").replace(/\p{M}/gu, "");
  return { text: plainest !== "" && isKnown(plainest) ? plainest : "?", lost: 1 };
}

/** How wide letters are at size 1, each asked for once. Pairs that stand closer together are not: a line may end a little early. */
function measured(font: PDFFont): (text: string) => number {
  const widths = new Map<string, number>();
  return (text) => {
    let width = 0;
    for (const letter of text) {
      let known = widths.get(letter);
      if (known === undefined) widths.set(letter, known = font.widthOfTextAtSize(letter, 1));
      width += known;
    }
    return width;
  };
}

/** Lines no wider than `most`: broken at blanks, a word that is too long anywhere. */
function linesOf(text: string, width: (text: string) => number, most: number): string[] {
  const blank = width(" ");
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    let used = 0;
    for (
      const word of paragraph.split(" ").flatMap((word) => width(word) > most ? piecesOf(word, width, most) : [word])
    ) {
      const more = width(word) + (line === "" ? 0 : blank);
      if (used + more <= most) {
        line = line === "" ? word : `${line} ${word}`;
        used += more;
      } else {
        lines.push(line);
        line = word;
        used = width(word);
      }
    }
    return [...lines, line];
  });
}

function piecesOf(word: string, width: (text: string) => number, most: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const letter of word) {
    const more = width(letter);
    if (used + more > most) {
      pieces.push(piece);
      piece = "";
      used = 0;
    }
    piece += letter;
    used += more;
  }
  return [...pieces, piece];
}
