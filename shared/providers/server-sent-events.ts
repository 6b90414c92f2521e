/** One event of an SSE stream. */
export interface ServerSentEvent {
  /** The `event:` field; null when the event has none. */
  event: string | null;
  /** Its `data:` lines, joined by newlines. */
  data: string;
  /** False for an event the stream ended in, before the blank line that closes it: its data may be a part. */
  complete: boolean;
}

/**
 * Decodes a response body as server-sent events, wherever the network cut it: within a line, a line end or a character.
 * Leaving the loop cancels the body. Ends when the body ends or `signal` aborts; whether that was the end of the *answer*
 * only the vendor's own end marker tells.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const reader = body.getReader();
  const cancel = () => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  // One decoder for the stream keeps a character that two chunks share; it drops a byte order mark itself.
  const decoder = new TextDecoder();
  const lines = new LineSplitter();
  const event = new EventBuilder();
  try {
    while (true) {
      const { value, done } = await reader.read();
      for (const line of lines.push(done ? decoder.decode() : decoder.decode(value, { stream: true }), done)) {
        const finished = event.line(line);
        if (finished !== null) yield finished;
      }
      if (done) break;
    }
    const rest = event.rest();
    if (rest !== null) yield rest;
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

/** Cuts text into lines at `\n`, `\r\n` or `\r`. */
class LineSplitter {
  #pending = "";

  push(text: string, last: boolean): string[] {
    this.#pending += text;
    // A carriage return at the end may be the first half of \r\n: wait for the next chunk.
    const usable = !last && this.#pending.endsWith("\r") ? this.#pending.length - 1 : this.#pending.length;
    if (usable === 0) return [];
    const lines = this.#pending.slice(0, usable).split(/\r\n|\n|\r/);
    this.#pending = (last ? "" : lines.pop() ?? "") + this.#pending.slice(usable);
    return lines;
  }
}

class EventBuilder {
  #event: string | null = null;
  #data: string[] = [];

  /** Takes a line; the event it closed, if it was blank and there was one. */
  line(line: string): ServerSentEvent | null {
    if (line === "") return this.#take(true);
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "event") this.#event = value;
    if (field === "data") this.#data.push(value);
    return null;
  }

  rest(): ServerSentEvent | null {
    return this.#take(false);
  }

  #take(complete: boolean): ServerSentEvent | null {
    const taken = this.#data.length === 0 ? null : { event: this.#event, data: this.#data.join("\n"), complete };
    this.#event = null;
    this.#data = [];
    return taken;
  }
}
