/** One message of the Phoenix protocol, as clients send it. */
export interface PhoenixMessage {
  /** Which join of the topic it belongs to; null outside of a channel. */
  joinRef: string | null;
  /** What the reply must name; null when none is wanted. */
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
}

/** A message of one client to others; bytes when it was sent as such. */
export interface Broadcast {
  event: string;
  payload: unknown | Uint8Array<ArrayBuffer>;
  /** What the server adds, such as the id of a stored message. */
  meta?: Record<string, unknown>;
}

/** `1.0.0` sends objects, `2.0.0` arrays and binary broadcasts. */
export type ProtocolVersion = 1 | 2;

const BROADCAST_PUSH = 3;
const BROADCAST = 4;
const AS_BYTES = 0;
const AS_JSON = 1;

/** Reads what a client sent; null when it is not of the protocol. */
export function readFrame(data: string | ArrayBuffer, version: ProtocolVersion): PhoenixMessage | null {
  if (typeof data !== "string") return readBroadcastPush(new Uint8Array(data));
  try {
    const value = JSON.parse(data);
    const [joinRef, ref, topic, event, payload] = version === 2
      ? value
      : [value.join_ref, value.ref, value.topic, value.event, value.payload];
    if (typeof topic !== "string" || typeof event !== "string") return null;
    return { joinRef: joinRef ?? null, ref: ref ?? null, topic, event, payload: payload ?? {} };
  } catch {
    return null;
  }
}

/** A broadcast in binary: seven bytes of kind, lengths and encoding, then the parts. */
function readBroadcastPush(bytes: Uint8Array<ArrayBuffer>): PhoenixMessage | null {
  const [kind, joinRefSize = 0, refSize = 0, topicSize = 0, eventSize = 0, metaSize = 0, encoding] = bytes;
  if (kind !== BROADCAST_PUSH) return null;
  let offset = 7;
  const take = (size: number) => new TextDecoder().decode(bytes.subarray(offset, offset += size));
  const [joinRef, ref, topic, event] = [take(joinRefSize), take(refSize), take(topicSize), take(eventSize)];
  const content = bytes.slice(offset + metaSize);
  try {
    const payload = encoding === AS_JSON ? JSON.parse(new TextDecoder().decode(content)) : content;
    return { joinRef, ref: ref === "" ? null : ref, topic, event: "broadcast", payload: { event, payload } };
  } catch {
    return null;
  }
}

/** Writes a message for a client. */
export function writeFrame(
  { joinRef, ref, topic, event, payload }: PhoenixMessage,
  version: ProtocolVersion,
): string {
  return JSON.stringify(
    version === 2 ? [joinRef, ref, topic, event, payload] : { topic, event, payload, ref, join_ref: joinRef },
  );
}

/** Writes a broadcast for a client: binary in version 2, where bytes stay bytes. */
export function writeBroadcast(
  topic: string,
  { event, payload, meta }: Broadcast,
  version: ProtocolVersion,
): string | Uint8Array<ArrayBuffer> {
  const isBytes = payload instanceof Uint8Array;
  if (version === 1) {
    const shown = isBytes ? Array.from(payload) : payload;
    const message = { type: "broadcast", event, payload: shown, ...(meta === undefined ? {} : { meta }) };
    return writeFrame({ joinRef: null, ref: null, topic, event: "broadcast", payload: message }, version);
  }
  const encoder = new TextEncoder();
  const head = [topic, event, meta === undefined ? "" : JSON.stringify(meta)].map((text) => encoder.encode(text));
  const content = isBytes ? payload : encoder.encode(JSON.stringify(payload));
  const kinds = [BROADCAST, ...head.map((part) => part.length), isBytes ? AS_BYTES : AS_JSON];
  const frame = new Uint8Array(kinds.length + head.reduce((sum, part) => sum + part.length, 0) + content.length);
  frame.set(kinds);
  let offset = kinds.length;
  for (const part of [...head, content]) {
    frame.set(part, offset);
    offset += part.length;
  }
  return frame;
}
