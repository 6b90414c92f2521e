import type { Block } from "./block.ts";
import { readMarkdown } from "./read-markdown.ts";

const UNSEEN = /<!--[\s\S]*?-->|<(script|style|noscript|template|svg|head)\b[\s\S]*?<\/\1\s*>/gi;
/** Holds a listing's place. No text has it: plain text is without control characters. */
const MARK = "\u0001";
const ENDS_BLOCK =
  /<\/?(address|article|aside|blockquote|body|div|dl|dt|dd|figure|footer|form|header|hr|html|main|nav|ol|p|section|table|ul)\b[^>]*>/gi;
const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  euro: "€",
  copy: "©",
  auml: "ä",
  ouml: "ö",
  uuml: "ü",
  Auml: "Ä",
  Ouml: "Ö",
  Uuml: "Ü",
  szlig: "ß",
  eacute: "é",
  egrave: "è",
  laquo: "«",
  raquo: "»",
};

/** The blocks of an HTML page: its headings, paragraphs, lists, tables and listings; nothing of what a browser would not show. */
export function readHtml(html: string): Block[] {
  const listings: string[] = [];
  const text = html
    .replace(UNSEEN, " ")
    .replace(/<pre\b[^>]*>([\s\S]*?)<\/pre\s*>/gi, (_all, code: string) => {
      listings.push(decode(code.replace(/<[^>]*>/g, "")));
      return `\n\n${MARK}${listings.length - 1}${MARK}\n\n`;
    })
    .replace(/\s+/g, " ")
    .replace(
      /<h([1-6])\b[^>]*>(.*?)<\/h\1\s*>/gi,
      (_all, level: string, title: string) =>
        `\n\n${"#".repeat(Number(level))} ${title.replace(/<[^>]*>/g, " ").trim()}\n\n`,
    )
    .replace(
      /<tr\b[^>]*>(.*?)<\/tr\s*>/gi,
      (_all, row: string) =>
        `\n| ${
          row.split(/<\/t[dh]\s*>/i).slice(0, -1).map((cell) => cell.replace(/<[^>]*>/g, " ").trim()).join(" | ")
        } |`,
    )
    .replace(/<li\b[^>]*>/gi, "\n- ")
    .replace(/<br\b[^>]*>/gi, "\n")
    .replace(ENDS_BLOCK, "\n\n")
    .replace(/<\/?[a-z!][^>]*>/gi, "");
  const lines = decode(text).split("\n").map((line) => line.replace(/[ \t\u00a0]+/g, " ").trim()).join("\n");
  return readMarkdown(lines).map((block) => {
    if (!block.text.startsWith(MARK)) return block;
    const listing = listings[Number(block.text.slice(1, -1))] ?? "";
    return { ...block, type: "code", text: listing.trim() };
  });
}

function decode(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name] ?? whole;
    const code = name[1]?.toLowerCase() === "x" ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 31 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : " ";
  });
}
