import type { ChatInput, ToldCall } from "../../api/chat.ts";
import type { Message } from "../../api/conversations.ts";

/** Where a turn stands in its conversation. */
export type TurnPlace =
  /** After a message; null: at the beginning. */
  | { kind: "after"; parent: string | null }
  /** In the place of the user's message. */
  | { kind: "edit"; message: Message }
  /** Another answer beside one. */
  | { kind: "again"; answer: Message }
  /** An answer that waited for approval goes on. */
  | { kind: "resume"; answer: Message };

/** A turn that this page takes: what was said, and as much of the answer as has come. */
export interface Turn {
  input: ChatInput;
  place: TurnPlace;
  /** sending: nothing has come; stopping: somebody asked to; done: waits to be found among the stored messages. */
  state: "sending" | "answering" | "stopping" | "done" | "failed";
  /** Null before the first event. */
  requestId: string | null;
  /** Of the answer; null before the end. */
  messageId: string | null;
  text: string;
  calls: readonly ToldCall[];
  /** Null unless failed. */
  error: Error | null;
}

/** Whether somebody still waits for it. */
export function isRunning(turn: Turn | undefined): turn is Turn {
  return turn !== undefined && (turn.state === "sending" || turn.state === "answering" || turn.state === "stopping");
}

/** What the back end is told about a place. */
export function placeInput(place: TurnPlace): ChatInput {
  switch (place.kind) {
    case "after":
      return place.parent === null ? {} : { parent_message_id: place.parent };
    case "edit":
      return { edit_message_id: place.message.id };
    case "again":
      return { regenerate_message_id: place.answer.id };
    case "resume":
      return { resume_message_id: place.answer.id };
  }
}

/** The message that the shown branch ends with before the turn; null: none. */
export function lastBefore(place: TurnPlace): string | null {
  switch (place.kind) {
    case "after":
      return place.parent;
    case "edit":
      return place.message.parent_id;
    case "again":
    case "resume":
      return place.answer.parent_id;
  }
}
