/** Where an event ends; line ends are of one kind within a stream. */
const END = /\r\n\r\n|\n\n|\r\r/g;
const encoder = new TextEncoder();

/** Cuts a byte stream into server-sent events, and puts the bytes of those that are wanted together again. */
export class EventCutter {
  readonly #decoder = new TextDecoder();
  #pending = "";

  /**
   * Takes the next bytes.
   *
   * @param wanted Is asked for every event that is now whole. Comments are always passed on.
   * @returns The bytes to pass on; null for none. Half an event waits for its other half.
   */
  push(bytes: Uint8Array, wanted: (event: { name: string | null; data: string }) => boolean): Uint8Array | null {
    const text = this.#pending + this.#decoder.decode(bytes, { stream: true });
    const untouched = text.length > 0 && this.#pending === "";
    let start = 0;
    let kept = "";
    let all = true;
    for (const match of text.matchAll(END)) {
      const end = match.index + match[0].length;
      const event = eventOf(text.slice(start, match.index));
      if (event === null || wanted(event)) kept += text.slice(start, end);
      else all = false;
      start = end;
    }
    this.#pending = text.slice(start);
    if (kept === "") return null;
    // Byte for byte where nothing is left out and nothing waits: the usual case, and the cheap one.
    return all && untouched && this.#pending === "" ? bytes : encoder.encode(kept);
  }
}

/** Null for a comment or a blank. */
function eventOf(text: string): { name: string | null; data: string } | null {
  if (text.startsWith("data: ") && !/[\r\n]/.test(text)) return { name: null, data: text.slice(6) };
  let name: string | null = null;
  const data: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
  }
  return data.length === 0 ? null : { name, data: data.join("\n") };
}
