import assert from "node:assert/strict";
import { zlibSync } from "fflate";
import type { Block } from "./block.ts";
import { openDocument, openText } from "./open-document.ts";
import type { DocumentReader } from "./reader.ts";
import { docxParagraph, makeDocx, makePdf, makePptx, makeXlsx, makeZip, pptxShape, proseLines } from "./testing/mod.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Everything a reader reads, by stretches that end as soon as they may. */
async function readAll(reader: DocumentReader): Promise<Block[]> {
  const blocks: Block[] = [];
  for (let next = await reader.read(null, () => false);;) {
    blocks.push(...next.blocks);
    if (next.next === null) break;
    next = await reader.read(JSON.parse(JSON.stringify(next.next)), () => false);
  }
  await reader.close();
  return blocks;
}

/** Type, text, headings, page. */
type Short = [Block["type"], string, string[], number | null];
const short = (blocks: Block[]): Short[] =>
  blocks.map(({ type, text, headings, page }) => [type, text, [...headings], page]);

const texts: [name: string, mimeType: string, source: string, blocks: Short[]][] = [
  ["paragraphs of a plain text", "text/plain", "\ufeffOne\r\nline.\r\n\r\nTwo.", [
    ["text", "One\nline.", [], null],
    ["text", "Two.", [], null],
  ]],
  [
    "Markdown by its headings",
    "text/markdown",
    "# A\n\na\n\n## B\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n# C\n\n```js\nlet x\n\n= 1\n```",
    [
      ["text", "a", ["A"], null],
      ["table", "| x | y |\n|---|---|\n| 1 | 2 |", ["A", "B"], null],
      ["code", "let x\n\n= 1", ["C"], null],
    ],
  ],
  [
    "HTML as a browser shows it",
    "text/html",
    "<html><head><title>t</title></head><body><script>alert(1)</script><h1>Ger&auml;te</h1><p>Ein <b>Satz</b>&nbsp;hier.</p>" +
    "<ul><li>one<li>two</ul><pre>a\n  b</pre><table><tr><th>x</th><th>y</th></tr><tr><td>1</td><td>2 &lt; 3</td></tr></table></body></html>",
    [
      ["text", "Ein Satz hier.", ["Geräte"], null],
      ["text", "- one\n- two", ["Geräte"], null],
      ["code", "a\n  b", ["Geräte"], null],
      ["table", "| x | y |\n| 1 | 2 < 3 |", ["Geräte"], null],
    ],
  ],
  ["HTML that never closes what it opens", "text/html", "<div><p>a<table><tr><td>b<td>c", [
    ["text", "a", [], null],
    ["table", "| b | c |", [], null],
  ]],
  ["a table's rows with their columns", "text/csv", 'name;price\n"Tile; red";10\n"say ""hi""";\n', [
    ["table", 'name: Tile; red | price: 10\nname: say "hi"', [], null],
  ]],
];
for (const [name, mimeType, source, expected] of texts) {
  Deno.test(`openText() reads ${name}`, async () => {
    assert.deepEqual(short(await readAll(await openText(source, mimeType))), expected);
  });
}

const refusals: [name: string, mimeType: string, source: string, detail: RegExp][] = [
  ["nothing", "text/plain", "\ufeff \n", /it has no text/],
  ["a page with nothing to see", "text/html", "<script>let a = 'words'</script>", /it has no text/],
  ["a PDF that says it is text", "text/plain", "%PDF-1.7\n1 0 obj", /but is a PDF file/],
  ["an Office file that says it is text", "text/markdown", "PK\u0003\u0004[Content_Types].xml", /ZIP or Office/],
  ["bytes that are no text", "text/csv", "\ufffd\u0000\u0001abc".repeat(50), /no readable text/],
  ["a format nobody reads", "application/x-thing", "text", /not a format that is read/],
];
for (const [name, mimeType, source, detail] of refusals) {
  Deno.test(`openText() refuses ${name}`, async () => {
    await assert.rejects(openText(source, mimeType), detail);
  });
}

Deno.test("a PDF is read page by page: headings by their size, paragraphs put together, tables by their columns", async () => {
  const table = [["Size", "Price", "Frost"], ["60 x 60", "19.90", "yes"], ["30 x 60", "12.50", "no"]].flatMap((
    row,
    y,
  ) => row.map((text, x) => ({ text, left: 50 + x * 150, top: 200 + y * 14 })));
  const pdf = makePdf([
    {
      lines: [
        { text: "Porcelain", size: 20, top: 50 },
        ...proseLines(["Tiles are fired at twelve hun-", "dred degrees. They resist", "frost."]).map((line) => ({
          ...line,
          top: (line.top ?? 0) + 30,
        })),
        ...table,
      ],
    },
    { lines: [{ text: "Care", size: 14, top: 50 }, ...proseLines(["Warm water only."])] },
    {},
  ]);
  const reader = await openDocument(pdf, "pdf");
  const first = await reader.read(null, () => false);
  assert.deepEqual([first.done, first.total, first.next === null], [1, 3, false]);
  assert.deepEqual(short(await readAll(reader)), [
    ["text", "Tiles are fired at twelve hundred degrees. They resist frost.", ["Porcelain"], 1],
    ["table", "| Size | Price | Frost |\n| 60 x 60 | 19.90 | yes |\n| 30 x 60 | 12.50 | no |", ["Porcelain"], 1],
    ["text", "Warm water only.", ["Porcelain", "Care"], 2],
  ]);
});

Deno.test("a page that is packed is read, also one that packs well", async () => {
  const page = utf8(`BT /F 10 Tf 50 780 Td (Few words on much paper.) Tj ET${" ".repeat(500_000)}`);
  const pdf = makePdf([{ packed: { filters: "/FlateDecode", bytes: zlibSync(page) } }]);
  assert.deepEqual(short(await readAll(await openDocument(pdf, "pdf"))), [["text", "Few words on much paper.", [], 1]]);
});

Deno.test("a page of more text than any has ends the reading", async () => {
  const pdf = makePdf([{ lines: Array.from({ length: 100_001 }, () => ({ text: "word" })) }]);
  const reader = await openDocument(pdf, "pdf");
  await assert.rejects(
    () => reader.read(null, () => true),
    (error: { code?: string; message: string }) =>
      error.code === "payload_too_large" && /100000 pieces/.test(error.message),
  );
  await reader.close();
});

Deno.test("a page that is a scan comes as an image, smaller than it was, and the next stretch goes on after it", async () => {
  const [width, height] = [2_000, 2_800];
  const grey = Uint8Array.from({ length: width * height }, (_, index) => index % width < 1_000 ? 255 : 0);
  const reader = await openDocument(
    makePdf([{ picture: { width, height, grey } }, { lines: proseLines(["After the scan, words."]) }]),
    "pdf",
  );
  const scan = await reader.read(null, () => true);
  assert.deepEqual([scan.media?.kind, scan.media?.mimeType, scan.media?.page, scan.done], ["image", "image/png", 1, 1]);
  const view = new DataView(scan.media?.bytes.buffer ?? new ArrayBuffer(0));
  assert.deepEqual([view.getUint32(16), view.getUint32(20)], [1_000, 1_400]);
  const rest = await reader.read(scan.next, () => true);
  assert.deepEqual([short(rest.blocks), rest.next], [[["text", "After the scan, words.", [], 2]], null]);
  await reader.close();
});

Deno.test("a Word document is read by its styles, whatever their ids: lists, tables, notes, pages; nothing that was deleted", async () => {
  const page = "<w:r><w:lastRenderedPageBreak/></w:r>";
  const cell = (text: string) => `<w:tc>${docxParagraph(text)}</w:tc>`;
  const docx = makeDocx([
    docxParagraph("Geräte", '<w:pStyle w:val="berschrift1"/>'),
    docxParagraph("Ein Satz &amp; noch einer."),
    docxParagraph("eins", "<w:numPr/>"),
    docxParagraph("zwei", "<w:numPr/>"),
    "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>",
    `<w:p>${page}<w:pPr><w:pStyle w:val="berschrift2"/></w:pPr><w:r><w:t>Preise</w:t></w:r></w:p>`,
    `<w:tbl><w:tr>${cell("Größe")}${cell("Preis")}</w:tr><w:tr>${cell("60 | 60")}${cell("19,90")}</w:tr></w:tbl>`,
  ].join(""));
  assert.deepEqual(short(await readAll(await openDocument(docx, "docx"))), [
    ["text", "Ein Satz & noch einer.", ["Geräte"], null],
    ["text", "- eins\n- zwei", ["Geräte"], null],
    ["table", "| Größe | Preis |\n| 60 \\| 60 | 19,90 |", ["Geräte", "Preise"], 2],
  ]);
});

Deno.test("a presentation is read in the order it is shown, with its notes", async () => {
  const pptx = makePptx([
    { shapes: pptxShape("title", "First") + pptxShape("body", "Frost"), notes: "Say hello" },
    { shapes: pptxShape("ctrTitle", "The end") + pptxShape("sldNum", "2") },
  ]);
  assert.deepEqual(short(await readAll(await openDocument(pptx, "pptx"))), [
    ["text", "Frost", ["First"], 1],
    ["text", "Notes: Say hello", ["First"], 1],
    ["text", "The end", [], 2],
  ]);
});

Deno.test("a workbook is read sheet by sheet: shared and inline texts, dates, gaps in their columns, no hidden sheet", async () => {
  const xlsx = makeXlsx([
    {
      name: "Prices",
      rows:
        '<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>Since</t></is></c></row>' +
        '<row><c r="A2" t="s"><v>2</v></c><c r="C2" s="1"><v>45292</v></c></row>' +
        '<row><c r="A3" t="b"><v>1</v></c><c r="B3" s="3"><v>0.30000000000000004</v></c><c r="C3" s="2"><v>45292.5</v></c></row><row/>',
    },
    { name: "Secret", rows: '<row><c r="A1"><v>1</v></c></row>', hidden: true },
  ], ["Tile", "Price", "Slate &amp; stone"]);
  assert.deepEqual(short(await readAll(await openDocument(xlsx, "xlsx"))), [
    [
      "table",
      "Tile: Slate & stone | Since: 2024-01-01\nTile: true | Price: 0.3 | Since: 2024-01-01 12:00",
      ["Prices"],
      null,
    ],
  ]);
});

Deno.test("RTF is read with its letters, levels and tables, without what is about it", async () => {
  const rtf =
    "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}{\\*\\generator X;}\\pard\\outlinelevel0 K\\'fcche\\par" +
    "\\pard Ein \\b Satz\\b0  mit \\u8364? und \\{Klammer\\}.\\par\\pard\\intbl a\\cell b\\cell\\row\\pard Ende\\par}";
  assert.deepEqual(short(await readAll(await openDocument(utf8(rtf), "rtf"))), [
    ["text", "Ein Satz mit € und {Klammer}.", ["Küche"], null],
    ["table", "| a | b |", ["Küche"], null],
    ["text", "Ende", ["Küche"], null],
  ]);
});

Deno.test("an e-mail is read with who wrote to whom, its text and the names of what is attached", async () => {
  const eml = [
    "From: =?utf-8?q?J=C3=B6rg?= <joerg@a.example>",
    "To: b@b.example",
    "Subject: =?utf-8?b?w5Zmbnk=?= offer",
    "Date: Fri, 27 Nov 2026 06:00:00 +0000",
    'Content-Type: multipart/mixed; boundary="x"',
    "",
    "--x",
    "Content-Type: text/html; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "<p>W=C3=A4rme</p>",
    "--x",
    'Content-Disposition: attachment; filename="plan.pdf"',
    "Content-Type: application/pdf",
    "",
    "x",
    "--x--",
  ].join("\r\n");
  assert.deepEqual(short(await readAll(await openDocument(utf8(eml), "eml"))), [
    [
      "text",
      "From: Jörg <joerg@a.example>\nTo: b@b.example\nDate: 2026-11-27T06:00:00.000Z\nSubject: Öfny offer\nAttachments: plan.pdf",
      ["Öfny offer"],
      null,
    ],
    ["text", "Wärme", ["Öfny offer"], null],
  ]);
});

/** Parts of an e-mail, each in another. */
function parts(depth: number): string {
  if (depth === 0) return "\r\nwords";
  return `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n${parts(depth - 1)}\r\n--b${depth}--`;
}

const bomb = makeZip({ "word/document.xml": new Uint8Array(60_000_000) });
const packed = new Uint8Array(zlibSync(new Uint8Array(70_000_000).fill(32), { level: 9 }));
const broken: [
  name: string,
  format: Parameters<typeof openDocument>[1],
  bytes: Uint8Array<ArrayBuffer>,
  code: string,
  detail: RegExp,
][] = [
  ["a PDF that ends in the middle", "pdf", utf8("%PDF-1.7\n1 0 obj\n<< /Type"), "invalid_request", /damaged/],
  [
    "a PDF with a password",
    "pdf",
    makePdf([{ lines: proseLines(["Secret words on a page."]) }], { encrypted: true }),
    "invalid_request",
    /encrypted/,
  ],
  [
    "a PDF whose page is a bomb",
    "pdf",
    makePdf([{ packed: { filters: "/FlateDecode", bytes: packed } }]),
    "payload_too_large",
    /unpacks to more than 64 MB/,
  ],
  [
    "a PDF with a bomb in a bomb",
    "pdf",
    makePdf([{ packed: { filters: "[/FlateDecode /FlateDecode]", bytes: zlibSync(packed) } }]),
    "payload_too_large",
    /unpacks to more than 64 MB/,
  ],
  [
    "a Word document that ends in the middle",
    "docx",
    makeDocx(docxParagraph("x".repeat(5_000))).slice(0, 200),
    "invalid_request",
    /damaged|has no/,
  ],
  ["a container of something else", "docx", makeZip({ "a.txt": "a" }), "invalid_request", /no word\/document\.xml/],
  ["a container that is a bomb", "docx", bomb, "payload_too_large", /unpacks to more than/],
  [
    "a workbook that says one long text in every cell",
    "xlsx",
    makeXlsx([{ name: "S", rows: `<row>${'<c t="s"><v>0</v></c>'.repeat(300)}</row>` }], ["word ".repeat(20_000)]),
    "payload_too_large",
    /cells are too long/,
  ],
  [
    "a workbook whose rows are sixteen thousand columns wide",
    "xlsx",
    makeXlsx([{
      name: "S",
      rows: '<row><c r="XFD1" t="inlineStr"><is><t>w</t></is></c></row>'.repeat(130),
    }]),
    "payload_too_large",
    /more than 2000000 cells/,
  ],
  [
    "a table with a long name before each of many values",
    "csv",
    utf8(`${"h".repeat(100_000)},b\n${"1,2\n".repeat(250)}`),
    "payload_too_large",
    /names of their columns are too long/,
  ],
  [
    "more text than a document may hold",
    "text",
    new Uint8Array(24_000_001).fill(97),
    "payload_too_large",
    /24 MB of text/,
  ],
  ["a quotation that never ends", "csv", utf8(`a,"b${"x,".repeat(600_000)}`), "payload_too_large", /does not end/],
  ["a page nested deeper than any is", "html", utf8("<div>".repeat(6_000)), "payload_too_large", /5000 deep/],
  [
    "tables in tables in tables",
    "docx",
    makeDocx("<w:tbl><w:tr><w:tc>".repeat(400)),
    "payload_too_large",
    /1000 deep/,
  ],
  ["an e-mail of parts in parts", "eml", utf8(`From: a@b.example\r\n${parts(300)}`), "invalid_request", /damaged/],
  ["a Word document without a word", "docx", makeDocx(docxParagraph(" ")), "invalid_request", /no text/],
  ["an e-mail without a header", "eml", utf8("just words"), "invalid_request", /no header/],
  ["RTF that does not end", "rtf", utf8("{\\rtf1 {\\b abc"), "invalid_request", /damaged/],
];
for (const [name, format, bytes, code, detail] of broken) {
  Deno.test(`openDocument() refuses ${name}`, async () => {
    await assert.rejects(
      openDocument(bytes, format),
      (error: { code?: string; message: string }) => error.code === code && detail.test(error.message),
    );
  });
}
