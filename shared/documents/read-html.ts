import { Parser } from "htmlparser2";
import type { Block } from "./block.ts";
import { HeadingPath } from "./heading-path.ts";
import { watchNesting } from "./nesting.ts";

/** Pages that forget to close what they open go deep. */
const MOST_NESTED = 5_000;

/** What a browser does not show. */
const UNSEEN = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "head",
  "iframe",
  "object",
  "select",
  "textarea",
]);
const ENDS_BLOCK = new Set(
  ("address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form header " +
    "hr html main nav ol p section summary table ul").split(" "),
);

/** The blocks of an HTML page: its headings, paragraphs, lists, tables and listings; nothing of what a browser would not show. */
export function readHtml(html: string): Block[] {
  const page = new Page();
  const nesting = watchNesting(MOST_NESTED);
  // Its tokenizer goes through the page once: unlike patterns, no page makes it go back.
  const parser = new Parser({
    onopentag(name) {
      nesting.open();
      page.open(name);
    },
    onclosetag(name) {
      nesting.close();
      page.close(name);
    },
    ontext: (text) => page.text(text),
  }, { decodeEntities: true });
  parser.end(html);
  return page.end();
}

class Page {
  readonly #blocks: Block[] = [];
  readonly #headings = new HeadingPath();
  #text = "";
  #unseen = 0;
  #listing = 0;
  #level: number | null = null;
  /** Depth of tables; only the outermost makes rows. */
  #tables = 0;
  #rows: string[][] = [];
  #isItem = false;

  open(name: string): void {
    if (UNSEEN.has(name)) this.#unseen++;
    if (this.#unseen > 0) return;
    if (name === "pre" && this.#listing++ === 0) this.#flush();
    if (this.#listing > 0) {
      if (name === "br") this.#text += "\n";
    } else if (/^h[1-6]$/.test(name)) {
      this.#flush();
      this.#level = Number(name[1]);
    } else if (name === "table") {
      if (this.#tables++ === 0) {
        this.#flush();
        this.#rows = [];
      }
    } else if (this.#tables === 1 && name === "tr") this.#rows.push([]);
    else if (this.#tables > 0) {
      this.#text += name === "td" || name === "th" ? "" : ENDS_BLOCK.has(name) || name === "br" ? " " : "";
    } else if (name === "li") {
      this.#flush();
      this.#isItem = true;
    } else if (name === "br") this.#text += "\n";
    else if (ENDS_BLOCK.has(name)) this.#flush();
  }

  close(name: string): void {
    if (UNSEEN.has(name)) this.#unseen = Math.max(0, this.#unseen - 1);
    if (this.#unseen > 0) return;
    if (name === "pre" && this.#listing > 0) {
      if (--this.#listing > 0) return;
      const listing = this.#text.trim();
      this.#text = "";
      if (listing !== "") this.#push("code", listing);
    } else if (this.#listing > 0) return;
    else if (this.#tables === 1 && (name === "td" || name === "th")) {
      this.#rows.at(-1)?.push(this.#text.replace(/\s+/g, " ").trim());
      this.#text = "";
    } else if (name === "table" && this.#tables > 0) {
      if (--this.#tables === 0) this.#endTable();
    } else if (this.#tables > 0) return;
    else if (/^h[1-6]$/.test(name)) this.#flush();
    else if (name === "li" || ENDS_BLOCK.has(name)) this.#flush();
  }

  text(text: string): void {
    if (this.#unseen > 0) return;
    this.#text += this.#listing > 0 ? text : text.replace(/\s+/g, " ");
  }

  end(): Block[] {
    if (this.#tables > 0) this.#endTable();
    this.#flush();
    return this.#blocks;
  }

  #flush(): void {
    const text = this.#text.split("\n").map((line) => line.replace(/[ \t\u00a0]+/g, " ").trim()).join("\n").trim();
    const [level, isItem] = [this.#level, this.#isItem];
    this.#text = "";
    if (text === "") return;
    this.#level = null;
    this.#isItem = false;
    if (level !== null) return this.#headings.enter(level, text.replace(/\s+/g, " "));
    const last = this.#blocks.at(-1);
    // The items of a list are one block, as in Markdown.
    if (
      isItem && last?.type === "text" && last.text.startsWith("- ") &&
      last.headings.join() === this.#headings.titles.join()
    ) {
      last.text += `\n- ${text}`;
    } else this.#push("text", isItem ? `- ${text}` : text);
  }

  #endTable(): void {
    this.#tables = 0;
    const lines = this.#rows.filter((cells) => cells.some((cell) => cell !== "")).map((cells) =>
      `| ${cells.join(" | ")} |`
    );
    this.#rows = [];
    if (lines.length > 0) this.#push("table", lines.join("\n"));
    // What stood in the table beside its cells.
    this.#flush();
  }

  #push(type: Block["type"], text: string): void {
    this.#blocks.push({ type, text, headings: this.#headings.titles, page: null });
  }
}
