import type { Message } from "../../api/conversations.ts";
import { type BranchMessage, branchOf } from "./branches.ts";
import { lastBefore, type Turn } from "./turn.ts";

/** What the list shows: a stored message, or a part of the turn under way. */
export type Shown =
  | ({ kind: "stored" } & BranchMessage)
  | { kind: "question"; text: string }
  | { kind: "answer"; turn: Turn };

/**
 * The branch in sight, and the turn under way at its place. A turn's stored rows, which may be read before it is over, are
 * left out for it; once they are complete it has nothing to add.
 */
export function shownMessages(messages: readonly Message[], at: string | null, turn: Turn | undefined): Shown[] {
  if (turn === undefined || isStored(messages, turn)) return branchOf(messages, at).map(stored);
  const last = lastBefore(turn.place);
  const branch = last === null ? [] : branchOf(messages, last);
  const before = branch.slice(0, branch.findIndex(({ message }) => message.id === last) + 1);
  // A new answer to an old question is said without the question.
  const question: Shown[] = turn.input.message === undefined ? [] : [{ kind: "question", text: turn.input.message }];
  return [...before.map(stored), ...question, { kind: "answer", turn }];
}

/** Whether the stored messages tell everything about a turn that is over. */
export function isStored(messages: readonly Message[], { state, requestId, messageId }: Turn): boolean {
  if (state !== "done" && state !== "failed") return false;
  return messages.some(({ id, request_id, role, status }) =>
    role === "assistant" && status !== "streaming" &&
    (messageId === null ? requestId !== null && request_id === requestId : id === messageId)
  );
}

function stored(message: BranchMessage): Shown {
  return { kind: "stored", ...message };
}
