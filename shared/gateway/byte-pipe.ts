import { Pulse } from "./pulse.ts";

/** Bytes that may wait for the client before the provider has to. */
const MOST_WAITING = 65_536;
/** Bytes that do not wait for company. */
const ENOUGH = 16_384;
/**
 * How long at most what follows something else waits for company, milliseconds: a write costs the same whether it carries one event or
 * ten. Models write an event every ten to fifty milliseconds; what comes faster comes in bursts.
 */
const TOGETHER_MS = 3;
const together = new Pulse(TOGETHER_MS);
const encoder = new TextEncoder();

/**
 * A response body that is written to. The first bytes go out at once; what is written right after others, or while the client is still
 * busy, goes out together, and a client that takes its time slows the writer down.
 */
export class BytePipe {
  readonly readable: ReadableStream<Uint8Array>;
  /** Resolves with the first bytes, or when there will be none: until then a failure can still be a status. */
  readonly started: Promise<void>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #start: () => void = () => {};
  #drained: () => void = () => {};
  /** The reader waits for bytes. */
  #wanted = false;
  /** Something went out just now. */
  #resting = false;
  readonly #wake = () => {
    this.#resting = false;
    this.#send();
  };
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #open = true;
  #started = false;

  /**
   * @param left Called once when the client goes away before the end.
   * @param pulse When what waits for company goes out.
   */
  constructor(readonly left: () => void, readonly pulse: Pulse = together) {
    this.started = new Promise((resolve) => this.#start = resolve);
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        this.#wanted = true;
        this.#send();
      },
      cancel: () => this.abandon(),
    }, { highWaterMark: 0 });
  }

  /** Whether bytes have been written. */
  get hasStarted(): boolean {
    return this.#started;
  }

  /** Writes; the promise resolves when more is wanted, null = at once. Without a reader it is dropped. */
  write(bytes: Uint8Array | string): Promise<void> | null {
    if (!this.#open) return null;
    const chunk = typeof bytes === "string" ? encoder.encode(bytes) : bytes;
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.byteLength;
    if (!this.#started) {
      this.#started = true;
      this.#start();
    }
    this.#send();
    if (this.#waitingBytes < MOST_WAITING) return null;
    return new Promise((resolve) => this.#drained = resolve);
  }

  /** Ends the body in good order. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#start();
    this.pulse.leave(this.#wake);
    if (this.#waiting.length > 0) this.#controller.enqueue(joined(this.#waiting.splice(0), this.#waitingBytes));
    this.#controller.close();
  }

  /** The client has gone: nothing is written any more, and nobody waits. */
  abandon(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#start();
    this.pulse.leave(this.#wake);
    this.#drained();
    this.left();
  }

  #send(): void {
    if (!this.#wanted || this.#waiting.length === 0 || !this.#open) return;
    if (this.#resting && this.#waitingBytes < ENOUGH) return;
    this.#wanted = false;
    this.#resting = true;
    this.pulse.rest(this.#wake);
    const bytes = joined(this.#waiting, this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#controller.enqueue(bytes);
    this.#drained();
  }
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
