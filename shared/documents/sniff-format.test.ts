import assert from "node:assert/strict";
import { sniffFormat } from "./sniff-format.ts";
import { makeDocx, makePdf } from "./testing/mod.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (...values: number[]) => Uint8Array.from(values);
const riff = (type: string) => utf8(`RIFF0000${type}fmt `);

const known: [name: string, content: Uint8Array, format: string][] = [
  ["a.pdf", makePdf([{}]), "pdf"],
  ["a.PDF", utf8("\n\n%PDF-1.4"), "pdf"],
  ["a.docx", makeDocx(""), "docx"],
  ["a.md", utf8("# A"), "markdown"],
  ["a.csv", utf8("a;b"), "csv"],
  ["grün.txt", bytes(0xfc, 0x62, 0x65, 0x72), "text"],
  ["a.txt", bytes(0xff, 0xfe, 0x61, 0, 0x62, 0), "text"],
  ["a.eml", utf8("From: a@b.example\r\n\r\nx"), "eml"],
  ["a.rtf", utf8("{\\rtf1 a}"), "rtf"],
  ["a.png", bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), "png"],
  ["a.jpeg", bytes(0xff, 0xd8, 0xff, 0xe0), "jpeg"],
  ["a.wav", riff("WAVE"), "wav"],
  ["a.webp", riff("WEBP"), "webp"],
  ["a.mp3", bytes(0xff, 0xfb, 0x90, 0), "mp3"],
  ["a.mp3", utf8("ID3\u0004"), "mp3"],
  ["a.m4a", utf8("\u0000\u0000\u0000\u0018ftypM4A "), "m4a"],
];
for (const [name, content, format] of known) {
  Deno.test(`sniffFormat() knows ${name} as ${format}`, () => {
    assert.equal(sniffFormat(content, { name, mimeType: null }), format);
  });
}

const refused: [name: string, content: Uint8Array, detail: RegExp][] = [
  ["empty.pdf", new Uint8Array(), /empty/],
  ["a.exe", utf8("MZ"), /no format that is read/],
  ["name", utf8("words"), /no format that is read/],
  ["program.pdf", utf8("MZ\u0090"), /says PDF, but is a program/],
  ["picture.docx", bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), /says Word \(docx\), but is a PNG image file/],
  ["pdf.txt", makePdf([{}]), /says plain text, but is a PDF file/],
  ["old.docx", bytes(0xd0, 0xcf, 0x11, 0xe0), /before 2007 or an encrypted one/],
  ["noise.md", Uint8Array.from({ length: 500 }, (_, index) => index * 7 % 32), /no readable text/],
  ["words.pdf", utf8("just words"), /says PDF, but is something else/],
];
for (const [name, content, detail] of refused) {
  Deno.test(`sniffFormat() refuses ${name}`, () => {
    assert.throws(() => sniffFormat(content, { name, mimeType: null }), detail);
  });
}
