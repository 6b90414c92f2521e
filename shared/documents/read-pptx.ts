import { type Archive, openArchive, requirePart } from "./archive.ts";
import type { Block } from "./block.ts";
import { relationsOf } from "./office-relations.ts";
import { plainText } from "./plain-text.ts";
import { readXml } from "./xml.ts";

const PRESENTATION = "ppt/presentation.xml";

/**
 * The blocks of a presentation, slide by slide in the order they are shown: the title is the heading, the slide's number the page;
 * tables stay tables, and the speaker's notes follow.
 *
 * @throws {AppError} `invalid_request` when it is damaged or no presentation, `payload_too_large` when it holds too much.
 */
export function readPptx(bytes: Uint8Array): Block[] {
  const archive = openArchive(
    bytes,
    (name) => /^ppt\/(presentation|slides\/|notesSlides\/|_rels\/).*\.(xml|rels)$|^ppt\/presentation\.xml$/.test(name),
  );
  const presentation = requirePart(archive, PRESENTATION, "PowerPoint (pptx)");
  const relations = relationsOf(archive, PRESENTATION);
  const slides: string[] = [];
  readXml(presentation, {
    open(name, attributes) {
      const target = name === "p:sldId" ? relations.get(attributes["r:id"] ?? "")?.target : undefined;
      if (target !== undefined) slides.push(target);
    },
  });
  return slides.flatMap((slide, index) => readSlide(archive, slide, index + 1));
}

function readSlide(archive: Archive, part: string, page: number): Block[] {
  const xml = archive.get(part);
  if (xml === undefined) return [];
  const { title, texts, tables } = readShapes(xml);
  const headings = title === "" ? [] : [title];
  const notesPart = [...relationsOf(archive, part).values()].find(({ type }) => type === "notesSlide")?.target;
  const notes = notesPart === undefined ? undefined : archive.get(notesPart);
  const said = notes === undefined ? [] : readShapes(notes).texts.filter((text) => !/^\d+$/.test(text));
  const blocks: Block[] = texts.map((text) => ({ type: "text", text, headings, page }));
  for (const text of tables) blocks.push({ type: "table", text, headings, page });
  if (said.length > 0) blocks.push({ type: "text", text: `Notes: ${said.join("\n")}`, headings, page });
  // A slide that is all title would otherwise say nothing.
  if (title !== "" && blocks.length === 0) blocks.push({ type: "text", text: title, headings: [], page });
  return blocks;
}

function readShapes(xml: Uint8Array): { title: string; texts: string[]; tables: string[] } {
  const found = { title: "", texts: [] as string[], tables: [] as string[] };
  let shape: { kind: string; paragraphs: string[] } = { kind: "", paragraphs: [] };
  let rows: string[][] | null = null;
  let paragraph = "";
  let writes = false;
  readXml(xml, {
    open(name, attributes) {
      if (name === "p:sp") shape = { kind: "", paragraphs: [] };
      else if (name === "p:ph") shape.kind = attributes["type"] ?? "body";
      else if (name === "a:tbl") rows = [];
      else if (name === "a:tr") rows?.push([]);
      else if (name === "a:tc") shape = { kind: "cell", paragraphs: [] };
      else if (name === "a:p") paragraph = "";
      else if (name === "a:br") paragraph += "\n";
      else if (name === "a:t") writes = true;
    },
    text(text) {
      if (writes) paragraph += text;
    },
    close(name) {
      if (name === "a:t") writes = false;
      else if (name === "a:p") {
        const text = plainText(paragraph).trim();
        if (text !== "") shape.paragraphs.push(text);
      } else if (name === "a:tc") rows?.at(-1)?.push(shape.paragraphs.join(" ").replaceAll("|", "\\|"));
      else if (name === "a:tbl") {
        if (rows !== null && rows.length > 0) {
          found.tables.push(rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
        }
        rows = null;
      } else if (name === "p:sp") {
        const text = shape.paragraphs.join("\n");
        if (shape.kind === "title" || shape.kind === "ctrTitle") found.title ||= text.replace(/\s+/g, " ");
        else if (text !== "" && !["dt", "ftr", "sldNum", "hdr"].includes(shape.kind)) found.texts.push(text);
      }
    },
  });
  return found;
}
