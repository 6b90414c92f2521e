import type { ServerSentEvent } from "@shared/http/mod.ts";
import type { Channel } from "./channel.ts";
import type { Turn } from "./turn.ts";

/** Where the events of a stream go: to the reader, and with a turn's also to where they are kept. */
export class Outlet {
  readonly #channel: Channel<ServerSentEvent>;
  readonly #turn: Pick<Turn<unknown>, "keep" | "flush"> | null;
  #number: number;

  constructor(channel: Channel<ServerSentEvent>, turn: Pick<Turn<unknown>, "keep" | "flush" | "eventsBefore"> | null) {
    this.#channel = channel;
    this.#turn = turn;
    this.#number = turn?.eventsBefore ?? 0;
  }

  /** Sends an event; resolves when the reader has it. */
  put(event: string, data: unknown): Promise<void> {
    return this.#channel.put(this.numbered(event, data));
  }

  /** Numbers and keeps an event without sending it. */
  numbered(event: string, data: unknown): ServerSentEvent {
    if (this.#turn === null) return { event, data };
    const number = ++this.#number;
    this.#turn.keep({ number, event, data });
    return { event, data, id: String(number) };
  }

  /** Writes what is kept and not written yet. */
  async flush(): Promise<void> {
    await this.#turn?.flush();
  }
}
