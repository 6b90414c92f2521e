import type { ChatInput } from "../../api/chat.ts";

/** A turn that this page takes: what was said, and as much of the answer as has come. */
export interface Turn {
  input: ChatInput;
  /** sending: nothing has come; stopping: somebody asked to; done: waits to be found among the stored messages. */
  state: "sending" | "answering" | "stopping" | "done" | "failed";
  /** Null before the first event. */
  requestId: string | null;
  text: string;
  /** Null unless failed. */
  error: Error | null;
}

/** Whether somebody still waits for it. */
export function isRunning(turn: Turn | undefined): turn is Turn {
  return turn !== undefined && (turn.state === "sending" || turn.state === "answering" || turn.state === "stopping");
}
