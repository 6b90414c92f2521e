/** How many characters are shown before and after. */
const BEFORE = 24;
const AFTER = 60;

/** Where a text holds another, whatever the case, and some of what stands around it. Without it: how the text begins. */
export function aroundMatch(text: string, wanted: string): { before: string; match: string; after: string } {
  const line = text.replace(/\s+/g, " ");
  const at = line.toLocaleLowerCase().indexOf(wanted.toLocaleLowerCase());
  if (at < 0) return { before: "", match: "", after: cut(line, 0, BEFORE + AFTER) };
  const end = at + wanted.length;
  return {
    before: `${at > BEFORE ? "… " : ""}${line.slice(Math.max(0, at - BEFORE), at)}`,
    match: line.slice(at, end),
    after: cut(line, end, AFTER),
  };
}

function cut(text: string, from: number, length: number): string {
  return `${text.slice(from, from + length)}${text.length > from + length ? " …" : ""}`;
}
