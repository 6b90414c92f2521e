/** An event of a stream with its number, kept for a client whose connection drops. */
export interface KeptEvent {
  /** From 1. */
  number: number;
  event: string;
  data: unknown;
}
