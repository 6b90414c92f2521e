import { strToU8, zipSync } from "fflate";

const NAMESPACES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ' +
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ' +
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"';

/** A ZIP container of parts. */
export function makeZip(parts: Record<string, string | Uint8Array>): Uint8Array<ArrayBuffer> {
  const files = Object.entries(parts).map(([name, part]) => [name, typeof part === "string" ? strToU8(part) : part]);
  return new Uint8Array(zipSync(Object.fromEntries(files)));
}

/** A Word document with a body of XML, its styles named in German as a German Word does. */
export function makeDocx(body: string): Uint8Array<ArrayBuffer> {
  return makeZip({
    "word/document.xml": `<?xml version="1.0"?><w:document ${NAMESPACES}><w:body>${body}</w:body></w:document>`,
    "word/styles.xml":
      `<w:styles ${NAMESPACES}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>` +
      '<w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style></w:styles>',
  });
}

/** A paragraph of a Word document. */
export function docxParagraph(text: string, properties = ""): string {
  return `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** A presentation of slides, each a body of XML; they are shown in the order given, whatever their files are called. */
export function makePptx(slides: readonly { shapes: string; notes?: string }[]): Uint8Array<ArrayBuffer> {
  const parts: Record<string, string> = {};
  slides.forEach(({ shapes, notes }, index) => {
    // Named backwards: what is shown first is not slide1.xml.
    const number = slides.length - index;
    parts[`ppt/slides/slide${number}.xml`] =
      `<p:sld ${NAMESPACES}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`;
    if (notes === undefined) return;
    parts[`ppt/slides/_rels/slide${number}.xml.rels`] = relationships([[
      "rId1",
      "notesSlide",
      `../notesSlides/notesSlide${number}.xml`,
    ]]);
    parts[`ppt/notesSlides/notesSlide${number}.xml`] = `<p:notes ${NAMESPACES}><p:cSld><p:spTree>${
      pptxShape("body", notes)
    }</p:spTree></p:cSld></p:notes>`;
  });
  const ids = slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join("");
  return makeZip({
    "ppt/presentation.xml": `<p:presentation ${NAMESPACES}><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
    "ppt/_rels/presentation.xml.rels": relationships(
      slides.map((_, index) => [`rId${index + 1}`, "slide", `slides/slide${slides.length - index}.xml`]),
    ),
    ...parts,
  });
}

/** A text box of a slide. */
export function pptxShape(kind: string, text: string): string {
  return `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${kind}"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
}

/** A workbook: each sheet its rows of cells as XML. */
export function makeXlsx(
  sheets: readonly { name: string; rows: string; hidden?: boolean }[],
  strings: readonly string[] = [],
): Uint8Array<ArrayBuffer> {
  const parts: Record<string, string> = {};
  sheets.forEach(({ rows }, index) => {
    parts[`xl/worksheets/sheet${index + 1}.xml`] = `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
  });
  const list = sheets.map(({ name, hidden }, index) =>
    `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"${hidden === true ? ' state="hidden"' : ""}/>`
  );
  return makeZip({
    "xl/workbook.xml": `<workbook ${NAMESPACES}><workbookPr/><sheets>${list.join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationships(
      sheets.map((_, index) => [`rId${index + 1}`, "worksheet", `worksheets/sheet${index + 1}.xml`]),
    ),
    "xl/sharedStrings.xml": `<sst>${strings.map((text) => `<si><t>${text}</t></si>`).join("")}</sst>`,
    // Style 1 shows a day, style 2 a format of the writer's own with a time.
    "xl/styles.xml": '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts>' +
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="4"/></cellXfs></styleSheet>',
    ...parts,
  });
}

function relationships(list: [id: string, type: string, target: string][]): string {
  return `<Relationships>${
    list.map(([id, type, target]) =>
      `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`
    ).join("")
  }</Relationships>`;
}
