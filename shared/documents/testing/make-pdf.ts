/** A page of a PDF that tests make: lines of text, each with its size and place, or a picture that fills it. */
export interface PdfPage {
  lines?: { text: string; size?: number; left?: number; top?: number }[];
  /** Grey values, row by row. */
  picture?: { width: number; height: number; grey: Uint8Array };
  /** What draws the page, packed as the filters say; in the place of lines. */
  packed?: { filters: string; bytes: Uint8Array };
}

/** Lines below each other, from the top, in ordinary letters. */
export function proseLines(texts: readonly string[]): NonNullable<PdfPage["lines"]> {
  return texts.map((text, index) => ({ text, top: 60 + index * 12 }));
}

/**
 * A PDF as a simple writer makes it: A4 pages, Helvetica, no compression.
 *
 * @param encrypted Says it takes a password to open.
 */
export function makePdf(pages: readonly PdfPage[], { encrypted = false } = {}): Uint8Array<ArrayBuffer> {
  const file = new PdfFile();
  const kids = pages.map((_, index) => `${4 + index * 3} 0 R`).join(" ");
  file.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
  file.object(2, `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  file.object(3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  pages.forEach(({ lines = [], picture, packed }, index) => {
    const at = 4 + index * 3;
    const image = picture === undefined ? "" : `/XObject << /P ${at + 2} 0 R >>`;
    file.object(
      at,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${at + 1} 0 R ` +
        `/Resources << /Font << /F 3 0 R >> ${image} >> >>`,
    );
    const text = lines.map(({ text, size = 10, left = 50, top = 60 }) =>
      `BT /F ${size} Tf ${left} ${842 - top} Td (${text.replace(/[()\\]/g, "\\$&")}) Tj ET`
    );
    const drawing = [...text, ...(picture === undefined ? [] : ["q 595 0 0 842 0 0 cm /P Do Q"])].join("\n");
    if (packed === undefined) file.stream(at + 1, "", drawing);
    else file.stream(at + 1, `/Filter ${packed.filters}`, latin1(packed.bytes));
    if (picture === undefined) file.object(at + 2, "null");
    else {
      file.stream(
        at + 2,
        `/Type /XObject /Subtype /Image /Width ${picture.width} /Height ${picture.height} /ColorSpace /DeviceGray /BitsPerComponent 8`,
        latin1(picture.grey),
      );
    }
  });
  return file.end(encrypted);
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (value) => String.fromCharCode(value)).join("");
}

class PdfFile {
  readonly #parts: string[] = ["%PDF-1.7\n"];
  readonly #offsets: number[] = [];
  #size = 9;

  object(number: number, body: string): void {
    this.#offsets[number] = this.#size;
    this.#push(`${number} 0 obj\n${body}\nendobj\n`);
  }

  stream(number: number, entries: string, content: string): void {
    this.object(number, `<< ${entries} /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }

  end(encrypted: boolean): Uint8Array<ArrayBuffer> {
    const start = this.#size;
    const size = this.#offsets.length;
    this.#push(`xref\n0 ${size}\n0000000000 65535 f \n`);
    for (let number = 1; number < size; number++) {
      this.#push(`${String(this.#offsets[number]).padStart(10, "0")} 00000 n \n`);
    }
    const hash = "00".repeat(32);
    const lock = encrypted
      ? `/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <${hash}> /U <${hash}> >> /ID [<${
        "0".repeat(32)
      }> <${"0".repeat(32)}>]`
      : "";
    this.#push(`trailer\n<< /Size ${size} /Root 1 0 R ${lock} >>\nstartxref\n${start}\n%%EOF`);
    return Uint8Array.from(this.#parts.join(""), (letter) => letter.charCodeAt(0));
  }

  #push(part: string): void {
    this.#parts.push(part);
    this.#size += part.length;
  }
}
