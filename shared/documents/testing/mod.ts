/**
 * Makes files of every format, small enough to be read in a test. Never imported by what is deployed.
 *
 * @module
 */
export { docxParagraph, makeDocx, makePptx, makeXlsx, makeZip, pptxShape } from "./make-office.ts";
export { makePdf, type PdfPage, proseLines } from "./make-pdf.ts";
