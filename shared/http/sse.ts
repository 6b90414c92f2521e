/** One event of a stream. */
export interface ServerSentEvent {
  /** Absent = the unnamed `message` event, as OpenAI's format wants it. */
  event?: string;
  /** What a client sends back as `Last-Event-ID`. */
  id?: string;
  /** Sent as one line of JSON. */
  data: unknown;
}

/** A comment every client ignores; it keeps proxies from closing a silent stream. */
export const keepAlive = new TextEncoder().encode(": keep-alive\n\n");

const encoder = new TextEncoder();

/** The bytes of an event. Text and bytes are taken to be in the format already (a tapped upstream, `data: [DONE]`). */
export function encodeEvent(item: ServerSentEvent | string | Uint8Array): Uint8Array {
  if (item instanceof Uint8Array) return item;
  if (typeof item === "string") return encoder.encode(item);
  const name = item.event === undefined ? "" : `event: ${oneLine(item.event)}\n`;
  const id = item.id === undefined ? "" : `id: ${oneLine(item.id)}\n`;
  return encoder.encode(`${id}${name}data: ${JSON.stringify(item.data) ?? "null"}\n\n`);
}

/** A line break would end the field and let its value write further ones. */
function oneLine(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new TypeError("Cannot send the event: its name or id has a line break");
  return value;
}
