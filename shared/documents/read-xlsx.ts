import { type Archive, openArchive, requirePart } from "./archive.ts";
import type { Block } from "./block.ts";
import { relationsOf } from "./office-relations.ts";
import { plainText } from "./plain-text.ts";
import { MOST_TABLE_CHARACTERS, tableBlocks } from "./table-blocks.ts";
import { tooMuch } from "./unreadable.ts";
import { dateFormats, excelDate } from "./xlsx-dates.ts";
import { readXml } from "./xml.ts";

const WORKBOOK = "xl/workbook.xml";
/** Most cells of a sheet, those counted that are only left out between two: a row may claim sixteen thousand. */
const MOST_CELLS = 2_000_000;

/**
 * The sheets of a workbook as tables, the sheet's name as heading: values as they were last computed, dates as ISO. Hidden sheets are
 * left out, as a reader would not see them.
 *
 * @throws {AppError} `invalid_request` when it is damaged or no workbook, `payload_too_large` when it holds too much.
 */
export function readXlsx(bytes: Uint8Array): Block[] {
  const archive = openArchive(
    bytes,
    (name) => /^xl\/(workbook|sharedStrings|styles|worksheets\/[^/]+|_rels\/workbook)\.xml(\.rels)?$/.test(name),
  );
  const workbook = requirePart(archive, WORKBOOK, "Excel (xlsx)");
  const relations = relationsOf(archive, WORKBOOK);
  const sheets: { name: string; part: string }[] = [];
  let from1904 = false;
  readXml(workbook, {
    open(name, attributes) {
      if (name === "workbookPr") from1904 = ["1", "true"].includes(attributes["date1904"] ?? "");
      const part = name === "sheet" ? relations.get(attributes["r:id"] ?? "")?.target : undefined;
      if (part !== undefined && (attributes["state"] ?? "visible") === "visible") {
        sheets.push({ name: attributes["name"] ?? "", part });
      }
    },
  });
  const strings = sharedStrings(archive);
  const dates = dateFormats(archive.get("xl/styles.xml"));
  return sheets.flatMap(({ name, part }) => {
    const xml = archive.get(part);
    if (xml === undefined) return [];
    const rows = readSheet(
      xml,
      (value, type, style) => valueOf(value, type, { strings, isDate: dates.has(style), from1904 }),
    );
    return tableBlocks(rows, { headings: [name], page: null });
  });
}

function sharedStrings(archive: Archive): string[] {
  const strings: string[] = [];
  const part = archive.get("xl/sharedStrings.xml");
  if (part === undefined) return strings;
  let text = "";
  let writes = false;
  let phonetic = false;
  readXml(part, {
    open(name) {
      if (name === "si") text = "";
      else if (name === "rPh") phonetic = true;
      else if (name === "t") writes = !phonetic;
    },
    text(piece) {
      if (writes) text += piece;
    },
    close(name) {
      if (name === "t") writes = false;
      else if (name === "rPh") phonetic = false;
      else if (name === "si") strings.push(text);
    },
  });
  return strings;
}

/** Rows that hold something, every value in its column. */
function readSheet(xml: Uint8Array, valueOf: (value: string, type: string, style: number) => string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = { column: 0, type: "n", style: 0 };
  let text = "";
  let writes = false;
  let cells = 0;
  let characters = 0;
  readXml(xml, {
    open(name, attributes) {
      if (name === "row") row = [];
      else if (name === "c") {
        cell = {
          column: columnOf(attributes["r"]) ?? row.length,
          type: attributes["t"] ?? "n",
          style: Number(attributes["s"] ?? 0),
        };
        text = "";
      } else if (name === "v" || name === "t") writes = true;
    },
    text(piece) {
      if (writes) text += piece;
    },
    close(name) {
      if (name === "v" || name === "t") writes = false;
      else if (name === "c") {
        const value = text === "" ? "" : valueOf(text, cell.type, cell.style);
        // One shared text may be said to stand in every cell.
        characters += value.length;
        cells += 1 + Math.max(0, cell.column - row.length);
        if (cells > MOST_CELLS) throw tooMuch(`it has a sheet of more than ${MOST_CELLS} cells`);
        if (characters > MOST_TABLE_CHARACTERS) throw tooMuch("its cells are too long");
        while (row.length < cell.column) row.push("");
        row.push(plainText(value).replace(/\s+/g, " ").trim());
      } else if (name === "row" && row.some((value) => value !== "")) rows.push(row);
    },
  });
  return rows;
}

/** Column of a reference such as `AB12`, from 0; null where there is none or it is beyond what Excel has. */
function columnOf(reference: string | undefined): number | null {
  const letters = /^([A-Z]{1,3})\d/.exec(reference ?? "")?.[1];
  if (letters === undefined) return null;
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return column < 16_384 ? column : null;
}

function valueOf(
  value: string,
  type: string,
  { strings, isDate, from1904 }: { strings: readonly string[]; isDate: boolean; from1904: boolean },
): string {
  switch (type) {
    case "s":
      return strings[Number(value)] ?? "";
    case "b":
      return value === "1" ? "true" : "false";
    case "n": {
      const number = Number(value);
      if (!Number.isFinite(number)) return value;
      // What was computed in binary is shown as Excel shows it: in fifteen digits.
      return isDate ? excelDate(number, from1904) : String(Number(number.toPrecision(15)));
    }
    default:
      return value;
  }
}
