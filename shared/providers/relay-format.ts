import type { Attempt } from "./classify-error.ts";
import type { JsonRecord } from "./json-value.ts";
import type { ChatAnswer } from "./provider.ts";
import type { RelayPiece } from "./relay.ts";

/** What the log needs of an answer that is passed on as it is. `text` is everything produced, tool calls included. */
export type RelayFacts = Pick<ChatAnswer, "text" | "finishReason" | "rawFinishReason" | "usage" | "responseModel">;

/** Reads the events of one stream on their way past. */
export interface RelayTap {
  /** Whether the stream has said that it is over. */
  readonly ended: boolean;
  facts(): RelayFacts;
  /**
   * Reads an event and adds what it brings to the piece.
   *
   * @returns Whether it is passed on to the client.
   * @throws {ProviderError} For an error the provider sends inside the stream, and for what is not JSON.
   */
  event(event: { name: string | null; data: string }, piece: RelayPiece, attempt: Attempt): boolean;
}

/** One wire format, as far as a relay has to know it. */
export interface RelayFormat {
  /**
   * Null when the body is no answer of this format.
   *
   * @throws {ProviderError} For a failure that came with a good status.
   */
  whole(body: JsonRecord, attempt: Attempt): RelayFacts | null;
  tap(wanted: { usageEvent: boolean }): RelayTap;
}
