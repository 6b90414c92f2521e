/** A piece of text as pdf.js finds it on a page. */
export interface PdfItem {
  str: string;
  /** The last two are the place of its baseline: from the left, from below. */
  transform: number[];
  width: number;
  height: number;
}

/** What stands on one baseline. Units are those of the page, 1/72 inch. */
export interface PdfLine {
  /** Pieces with wide gaps between them; one where there is none. */
  cells: { text: string; left: number; right: number }[];
  /** Height of most of its letters. */
  size: number;
  /** From below. */
  baseline: number;
}

/** From this part of a letter's height on, a gap is no blank between two words but the end of a column. */
const COLUMN_GAP = 1;
const WORD_GAP = 0.15;

/** The lines of a page, in the order the file writes them, which is that of reading in nearly every one. */
export function linesOf(items: readonly PdfItem[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let line: (PdfLine & { letters: Map<number, number> }) | null = null;
  for (const { str, transform, width, height } of items) {
    const [left = 0, baseline = 0] = transform.slice(4);
    const size = height > 0 ? height : Math.hypot(transform[2] ?? 0, transform[3] ?? 0);
    if (str.trim() === "" || size === 0) continue;
    const last = line?.cells.at(-1);
    const follows = line !== null && last !== undefined &&
      Math.abs(line.baseline - baseline) < 0.4 * Math.max(size, line.size) &&
      left > last.left - 0.5 * size;
    if (!follows || line === null || last === undefined) {
      line = {
        cells: [{ text: str, left, right: left + width }],
        size,
        baseline,
        letters: new Map([[size, str.length]]),
      };
      lines.push(line);
      continue;
    }
    const gap = left - last.right;
    if (gap > COLUMN_GAP * size) line.cells.push({ text: str, left, right: left + width });
    else {
      const blank = gap > WORD_GAP * size && !/\s$/.test(last.text) && !/^\s/.test(str) ? " " : "";
      last.text += blank + str;
      last.right = left + width;
    }
    line.letters.set(size, (line.letters.get(size) ?? 0) + str.length);
    line.size = mostOf(line.letters);
  }
  return lines;
}

/** Height of most letters of a page, in half points; null when it has none. */
export function bodySizeOf(lines: readonly PdfLine[]): number | null {
  const letters = new Map<number, number>();
  for (const { cells, size } of lines) {
    const half = Math.round(size * 2) / 2;
    letters.set(half, (letters.get(half) ?? 0) + cells.reduce((sum, { text }) => sum + text.length, 0));
  }
  return letters.size === 0 ? null : mostOf(letters);
}

function mostOf(counts: ReadonlyMap<number, number>): number {
  let [best, most] = [0, -1];
  for (const [value, count] of counts) if (count > most) [best, most] = [value, count];
  return best;
}
