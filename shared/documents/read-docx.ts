import { type Archive, openArchive, requirePart } from "./archive.ts";
import type { Block } from "./block.ts";
import { HeadingPath } from "./heading-path.ts";
import { plainText } from "./plain-text.ts";
import { readXml } from "./xml.ts";

const DOCUMENT = "word/document.xml";
const WANTED = new Set([DOCUMENT, "word/styles.xml", "word/footnotes.xml", "word/endnotes.xml"]);

/**
 * The blocks of a Word document: paragraphs under their headings, lists, tables, foot- and endnotes at the end. Pages are those of
 * its last rendering, where Word left their marks; deleted text is not there.
 *
 * @throws {AppError} `invalid_request` when it is damaged or no Word document, `payload_too_large` when it holds too much.
 */
export function readDocx(bytes: Uint8Array): Block[] {
  const archive = openArchive(bytes, (name) => WANTED.has(name));
  const document = requirePart(archive, DOCUMENT, "Word (docx)");
  const styles = stylesOf(archive);
  const story = new Story(styles);
  readXml(document, story.events);
  const blocks = story.blocks;
  for (const notes of ["word/footnotes.xml", "word/endnotes.xml"]) {
    const part = archive.get(notes);
    if (part === undefined) continue;
    const more = new Story(styles);
    readXml(part, more.events);
    blocks.push(...more.blocks.map((block) => ({ ...block, page: null })));
  }
  return blocks;
}

/** What styles make of a paragraph, by their ids: ids are in the language of whoever wrote it, names are not. */
interface Styles {
  levels: ReadonlyMap<string, number>;
  items: ReadonlySet<string>;
}

function stylesOf(archive: Archive): Styles {
  const levels = new Map<string, number>();
  const items = new Set<string>();
  const part = archive.get("word/styles.xml");
  if (part === undefined) return { levels, items };
  let id = "";
  readXml(part, {
    open(name, attributes) {
      const value = attributes["w:val"] ?? "";
      if (name === "w:style") id = attributes["w:styleId"] ?? "";
      else if (name === "w:name") {
        const level = levelOfName(value);
        if (level !== null) levels.set(id, level);
        if (/^list (bullet|number|paragraph)/i.test(value)) items.add(id);
      } else if (name === "w:numPr") items.add(id);
      else if (name === "w:outlineLvl" && !levels.has(id) && /^[0-5]$/.test(value)) levels.set(id, Number(value) + 2);
    },
  });
  return { levels, items };
}

/** The title is above all headings, of which the first level is the second here. */
function levelOfName(name: string): number | null {
  if (/^title$/i.test(name)) return 1;
  const level = /^heading ([1-6])$/i.exec(name)?.[1];
  return level === undefined ? null : Number(level) + 1;
}

/** One part of a document while it is read. */
class Story {
  readonly blocks: Block[] = [];
  readonly #styles: Styles;
  readonly #headings = new HeadingPath();
  #page: number | null = null;
  #text = "";
  #writes = false;
  #level: number | null = null;
  #isItem = false;
  /** Rows of the tables around the place, innermost last. */
  readonly #tables: { rows: string[][]; cell: string[]; page: number | null }[] = [];

  constructor(styles: Styles) {
    this.#styles = styles;
  }

  readonly events = {
    open: (name: string, attributes: Record<string, string>) => this.#open(name, attributes),
    close: (name: string) => this.#close(name),
    text: (text: string) => {
      if (this.#writes) this.#text += text;
    },
  };

  #open(name: string, attributes: Record<string, string>): void {
    const table = this.#tables.at(-1);
    switch (name) {
      case "w:p":
        this.#text = "";
        this.#level = null;
        this.#isItem = false;
        return;
      case "w:t":
        this.#writes = true;
        return;
      case "w:tab":
        this.#text += "\t";
        return;
      case "w:br":
        if (attributes["w:type"] !== "page") this.#text += "\n";
        return;
      case "w:pStyle":
        this.#level = this.#styles.levels.get(attributes["w:val"] ?? "") ?? null;
        this.#isItem = this.#level === null && this.#styles.items.has(attributes["w:val"] ?? "");
        return;
      case "w:numPr":
        this.#isItem = this.#level === null;
        return;
      case "w:lastRenderedPageBreak":
        this.#page = (this.#page ?? 1) + 1;
        return;
      case "w:tbl":
        this.#tables.push({ rows: [], cell: [], page: this.#page });
        return;
      case "w:tr":
        table?.rows.push([]);
        return;
      case "w:tc":
        if (table !== undefined) table.cell = [];
        return;
    }
  }

  #close(name: string): void {
    const table = this.#tables.at(-1);
    switch (name) {
      case "w:t":
        this.#writes = false;
        return;
      case "w:p":
        return this.#endParagraph();
      case "w:tc":
        table?.rows.at(-1)?.push(table.cell.join(" ").replace(/\s+/g, " ").replaceAll("|", "\\|"));
        return;
      case "w:tbl":
        return this.#endTable();
    }
  }

  #endParagraph(): void {
    const text = plainText(this.#text).trim();
    this.#text = "";
    if (text === "") return;
    const table = this.#tables.at(-1);
    if (table !== undefined) table.cell.push(text);
    else if (this.#level !== null) this.#headings.enter(this.#level, text.replace(/\s+/g, " "));
    else this.#push("text", this.#isItem ? `- ${text}` : text, this.#page);
  }

  #endTable(): void {
    const table = this.#tables.pop();
    if (table === undefined) return;
    const lines = table.rows.filter((cells) => cells.some((cell) => cell !== "")).map((cells) =>
      `| ${cells.join(" | ")} |`
    );
    const outer = this.#tables.at(-1);
    if (outer !== undefined) outer.cell.push(lines.join(" "));
    else if (lines.length > 0) this.#push("table", lines.join("\n"), table.page);
  }

  #push(type: Block["type"], text: string, page: number | null): void {
    const last = this.blocks.at(-1);
    // The items of a list are one block, as in Markdown.
    if (
      type === "text" && text.startsWith("- ") && last?.type === "text" && last.text.startsWith("- ") &&
      last.page === page
    ) {
      last.text += `\n${text}`;
      return;
    }
    this.blocks.push({ type, text, headings: this.#headings.titles, page });
  }
}
