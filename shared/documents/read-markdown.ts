import type { Block } from "./block.ts";
import { HeadingPath } from "./heading-path.ts";

const HEADING = /^(#{1,6})\s+(.+?)\s*#*$/;
const FENCE = /^(`{3,}|~{3,})/;

/** The blocks of a Markdown text, or of a plain text, which is one without headings: paragraphs, lists, tables and listings. */
export function readMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  const headings = new HeadingPath();
  let lines: string[] = [];
  let fence: string | null = null;

  const flush = (type: Block["type"] = typeOf(lines)) => {
    const content = lines.join("\n").trim();
    if (content !== "") blocks.push({ type, text: content, headings: headings.titles, page: null });
    lines = [];
  };

  for (const line of text.split("\n")) {
    if (fence !== null) {
      if (line.trimStart().startsWith(fence)) {
        flush("code");
        fence = null;
      } else lines.push(line);
      continue;
    }
    const opening = FENCE.exec(line.trimStart())?.[1];
    const heading = HEADING.exec(line);
    if (opening !== undefined) {
      flush();
      fence = opening;
    } else if (heading !== null) {
      flush();
      headings.enter(heading[1]?.length ?? 1, heading[2] ?? "");
    } else if (line.trim() === "") flush();
    else lines.push(line);
  }
  flush(fence === null ? undefined : "code");
  return blocks;
}

function typeOf(lines: readonly string[]): Block["type"] {
  return lines.length > 1 && lines.every((line) => line.trimStart().startsWith("|")) ? "table" : "text";
}
