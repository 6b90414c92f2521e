/** Where HTML would begin. */
const MARKUP = /<(?=[a-z/!?])/gi;
/** Control characters but tabs: they write on the terminal of whoever looks at the file. */
// deno-lint-ignore no-control-regex -- these are meant
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/**
 * What was said as a Markdown quotation: it stays the Markdown it was, and a heading, an open fence or whatever else in it ends with
 * it, so that nothing looks like ours. HTML is shown, not carried out.
 */
export function quoted(text: string): string {
  let fence: string | null = null;
  let isPaired = true;
  return text.trim().split(/\r\n?|\n/).map((line) => {
    const written = line.replace(CONTROLS, "");
    if (fence !== null) {
      if (/^ {0,3}(?:`+|~+)\s*$/.test(written) && written.trim().startsWith(fence)) fence = null;
      return written;
    }
    // An indented fence may belong to a list, and end with it: what it holds is treated as text.
    const [marker = ""] = /^(?:`{3,}(?!.*`)|~{3,})/.exec(written) ?? [];
    if (marker !== "") {
      fence = marker;
      return marker + written.slice(marker.length).replace(MARKUP, "\\<");
    }
    // A backtick that is alone on its line may be the end of code that began before, and turn the others around.
    const { parts, isWhole } = codeAndText(written);
    isPaired &&= isWhole;
    return isPaired ? parts.map(({ isCode, text }) => isCode ? text : shown(text)).join("") : shown(written);
  }).map((line) => line === "" ? ">" : `> ${line}`).join("\n");
}

/** Text of others in a line of ours. */
export function inLine(text: string): string {
  return shown(text.replace(/\s+/g, " ").replace(CONTROLS, ""));
}

function shown(text: string): string {
  return text.replace(MARKUP, "\\<");
}

/** A line cut where code begins and ends: at runs of backticks of the same length. */
function codeAndText(line: string): { parts: { isCode: boolean; text: string }[]; isWhole: boolean } {
  const parts: { isCode: boolean; text: string }[] = [];
  let open = "";
  for (const text of line.split(/((?<!`)`+(?!`))/)) {
    const isRun = /^`+$/.test(text);
    const last = parts.at(-1);
    if (isRun && open === "") {
      // An escaped backtick begins no code.
      if (last?.text.endsWith("\\")) return { parts: [], isWhole: false };
      open = text;
      parts.push({ isCode: true, text });
    } else if (open !== "" && last !== undefined) {
      last.text += text;
      if (text === open) open = "";
    } else parts.push({ isCode: false, text });
  }
  return { parts, isWhole: open === "" };
}
