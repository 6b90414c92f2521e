import type { Block } from "./block.ts";
import { HeadingPath } from "./heading-path.ts";
import { plainText } from "./plain-text.ts";
import { unreadable } from "./unreadable.ts";

/** Groups that are about the document and not of it. */
const UNSEEN = new Set(
  ("fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf ftnsep listtable " +
    "listoverridetable rsidtbl generator filetbl revtbl xmlnstbl themedata colorschememapping datastore latentstyles fldinst nonshppict")
    .split(" "),
);
const SIGNS: Record<string, string> = {
  tab: "\t",
  line: "\n",
  emdash: "—",
  endash: "–",
  lquote: "‘",
  rquote: "’",
  ldblquote: "“",
  rdblquote: "”",
  bullet: "•",
  emspace: " ",
  enspace: " ",
};
const WORD = /\\(?:([a-z]{1,32})(-?\d{1,10})? ?|'([0-9a-fA-F]{2})|([^a-z]))|([{}])|([^\\{}]+)/gy;
const MOST_DEPTH = 500;

interface Group {
  unseen: boolean;
  /** How many characters stand in for one of Unicode. */
  instead: number;
}

/**
 * The blocks of an RTF document: paragraphs, under headings where it has outline levels, and tables.
 *
 * @throws {AppError} `invalid_request` when its groups do not close or go too deep.
 */
export function readRtf(bytes: Uint8Array): Block[] {
  const source = new TextDecoder("latin1").decode(bytes).replace(/[\r\n]/g, "");
  const codePage = /\\ansicpg(\d+)/.exec(source.slice(0, 2_000))?.[1] ?? "1252";
  const decoder = decoderOf(codePage);
  const story = new RtfStory();
  const groups: Group[] = [{ unseen: false, instead: 1 }];
  let skip = 0;
  let pending: number[] = [];
  const flushBytes = () => {
    if (pending.length > 0) story.write(decoder.decode(Uint8Array.from(pending)));
    pending = [];
  };

  WORD.lastIndex = 0;
  for (let match = WORD.exec(source); match !== null; match = WORD.exec(source)) {
    const [, word, number, hex, sign, brace, text] = match;
    const group = groups.at(-1);
    if (group === undefined) break;
    if (hex !== undefined && !group.unseen) {
      if (skip > 0) skip--;
      else pending.push(parseInt(hex, 16));
      continue;
    }
    flushBytes();
    if (brace === "{") {
      if (groups.length >= MOST_DEPTH) throw unreadable("it is damaged: its groups go too deep");
      groups.push({ ...group });
    } else if (brace === "}") {
      groups.pop();
      if (groups.length <= 1) break;
    } else if (sign === "*") group.unseen = true;
    else if (word !== undefined && UNSEEN.has(word)) group.unseen = true;
    else if (group.unseen) continue;
    else if (text !== undefined) {
      story.write(text.slice(skip));
      skip = Math.max(0, skip - text.length);
    } else if (sign !== undefined) {
      if (sign === "~") story.write(" ");
      else if (sign === "_") story.write("-");
      else if ("\\{}".includes(sign)) story.write(sign);
    } else if (word === "uc") group.instead = Number(number ?? 1);
    else if (word === "u") {
      story.write(String.fromCharCode((Number(number ?? 0) + 65_536) % 65_536));
      skip = group.instead;
    } else if (word !== undefined) story.obey(word, number === undefined ? null : Number(number));
  }
  if (groups.length > 1) throw unreadable("it is damaged: it ends in the middle");
  return story.end();
}

function decoderOf(codePage: string): TextDecoder {
  const names: Record<string, string> = {
    "932": "shift_jis",
    "936": "gbk",
    "949": "euc-kr",
    "950": "big5",
    "65001": "utf-8",
  };
  try {
    return new TextDecoder(names[codePage] ?? `windows-${codePage}`);
  } catch {
    return new TextDecoder("windows-1252");
  }
}

class RtfStory {
  readonly #blocks: Block[] = [];
  readonly #headings = new HeadingPath();
  #text = "";
  #level: number | null = null;
  #inTable = false;
  #cells: string[] = [];
  #rows: string[] = [];

  write(text: string): void {
    this.#text += text;
  }

  obey(word: string, number: number | null): void {
    const sign = SIGNS[word];
    if (sign !== undefined) this.#text += sign;
    else if (word === "par" || word === "sect" || word === "page") this.#endParagraph();
    else if (word === "pard") {
      this.#level = null;
      this.#inTable = false;
    } else if (word === "intbl") this.#inTable = true;
    else if (word === "outlinelevel" && number !== null && number < 6) this.#level = number + 1;
    else if (word === "cell") {
      this.#cells.push(this.#taken().replace(/\s+/g, " ").replaceAll("|", "\\|"));
    } else if (word === "row") {
      if (this.#cells.some((cell) => cell !== "")) this.#rows.push(`| ${this.#cells.join(" | ")} |`);
      this.#cells = [];
    }
  }

  end(): Block[] {
    this.#inTable = false;
    this.#endParagraph();
    this.#endTable();
    return this.#blocks;
  }

  #taken(): string {
    const text = plainText(this.#text).trim();
    this.#text = "";
    return text;
  }

  #endParagraph(): void {
    if (this.#inTable) {
      this.#text += " "; // a cell of several paragraphs
      return;
    }
    const text = this.#taken();
    if (text === "") return;
    this.#endTable();
    if (this.#level !== null) this.#headings.enter(this.#level, text.replace(/\s+/g, " "));
    else this.#push("text", text);
  }

  #endTable(): void {
    if (this.#rows.length > 0) this.#push("table", this.#rows.join("\n"));
    this.#rows = [];
  }

  #push(type: Block["type"], text: string): void {
    this.#blocks.push({ type, text, headings: this.#headings.titles, page: null });
  }
}
