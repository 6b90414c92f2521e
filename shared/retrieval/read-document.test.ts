import assert from "node:assert/strict";
import { mimeTypeOf, readDocument } from "./read-document.ts";

const readings: [name: string, mimeType: string, source: string, blocks: [string, string, string[]][]][] = [
  ["paragraphs of a plain text", "text/plain", "\ufeffOne\r\nline.\r\n\r\nTwo.", [["text", "One\nline.", []], [
    "text",
    "Two.",
    [],
  ]]],
  [
    "Markdown by its headings",
    "text/markdown",
    "# A\n\na\n\n## B\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n# C\n\n```js\nlet x\n\n= 1\n```",
    [
      ["text", "a", ["A"]],
      ["table", "| x | y |\n|---|---|\n| 1 | 2 |", ["A", "B"]],
      ["code", "let x\n\n= 1", ["C"]],
    ],
  ],
  [
    "HTML as a browser shows it",
    "text/html",
    "<html><head><title>t</title></head><body><script>alert(1)</script><h1>Ger&auml;te</h1><p>Ein <b>Satz</b>&nbsp;hier.</p>" +
    "<pre>a\n  b</pre><table><tr><th>x</th><th>y</th></tr><tr><td>1</td><td>2 &lt; 3</td></tr></table></body></html>",
    [
      ["text", "Ein Satz hier.", ["Geräte"]],
      ["code", "a\n  b", ["Geräte"]],
      ["table", "| x | y |\n| 1 | 2 < 3 |", ["Geräte"]],
    ],
  ],
  ["a table's rows with their columns", "text/csv", 'name;price\n"Tile; red";10\n"say ""hi""";\n', [[
    "table",
    'name: Tile; red | price: 10\nname: say "hi"',
    [],
  ]]],
];
for (const [name, mimeType, source, expected] of readings) {
  Deno.test(`readDocument() reads ${name}`, () => {
    assert.deepEqual(
      readDocument(source, mimeType).map(({ type, text, headings }) => [type, text, headings]),
      expected,
    );
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
  Deno.test(`readDocument() refuses ${name}`, () => {
    assert.throws(() => readDocument(source, mimeType), detail);
  });
}

Deno.test("mimeTypeOf() knows a format by the name's ending", () => {
  assert.deepEqual(["a.MD", "b.htm", "c.csv", "d.txt", "e.pdf", "f"].map(mimeTypeOf), [
    "text/markdown",
    "text/html",
    "text/csv",
    "text/plain",
    null,
    null,
  ]);
});
