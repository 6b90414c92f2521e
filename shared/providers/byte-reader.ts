/** More than one read of a stream usually brings. */
const BUFFER_BYTES = 16_384;

/** Reads a body's bytes as they come. */
export interface ByteReader {
  /** The next bytes, the reader's own to keep; null at the end, and after `cancel`. */
  read(): Promise<Uint8Array | null>;
  /** Gives the body up. */
  cancel(): void;
}

/**
 * Reads a body into one buffer that is used again: the runtime would otherwise make one of 64 kB for every event of a stream.
 * Bodies that are not made of bytes, as tests have them, are read the ordinary way.
 */
export function byteReader(body: ReadableStream<Uint8Array>): ByteReader {
  const own = ownBufferReader(body);
  if (own === null) {
    const reader = body.getReader();
    return {
      read: async () => (await reader.read()).value ?? null,
      cancel: () => void reader.cancel().catch(() => undefined),
    };
  }
  let buffer = new ArrayBuffer(BUFFER_BYTES);
  return {
    async read() {
      const { value, done } = await own.read(new Uint8Array(buffer));
      if (done || value === undefined) return null;
      buffer = value.buffer;
      return value.slice();
    },
    cancel: () => void own.cancel().catch(() => undefined),
  };
}

function ownBufferReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return null;
  }
}
