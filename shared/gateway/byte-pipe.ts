/** Chunks that may wait for the client before the provider has to. */
const MOST_WAITING = 16;
const encoder = new TextEncoder();

/** A response body that is written to. A slow client slows the writer down. */
export class BytePipe {
  readonly readable: ReadableStream<Uint8Array>;
  /** Resolves with the first bytes: until then a failure can still be a status. */
  readonly started: Promise<void>;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #start: () => void = () => {};
  #wanted: () => void = () => {};
  #open = true;
  #started = false;

  /** @param left Called once when the client goes away before the end. */
  constructor(readonly left: () => void) {
    this.started = new Promise((resolve) => this.#start = resolve);
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#wanted(),
      cancel: () => this.abandon(),
    }, { highWaterMark: MOST_WAITING });
  }

  /** Whether bytes have been written. */
  get hasStarted(): boolean {
    return this.#started;
  }

  /** Writes; the promise resolves when more is wanted, null = at once. Without a reader it is dropped. */
  write(bytes: Uint8Array | string): Promise<void> | null {
    const controller = this.#controller;
    if (!this.#open || controller === null) return null;
    this.#started = true;
    controller.enqueue(typeof bytes === "string" ? encoder.encode(bytes) : bytes);
    this.#start();
    if ((controller.desiredSize ?? 0) > 0) return null;
    return new Promise((resolve) => this.#wanted = resolve);
  }

  /** Ends the body in good order. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#start();
    this.#controller?.close();
  }

  /** The client has gone: nothing is written any more, and nobody waits. */
  abandon(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#start();
    this.#wanted();
    this.left();
  }
}
