import type { Message } from "../../api/conversations.ts";
import { type BranchMessage, branchOf } from "./branches.ts";
import type { Turn } from "./turn.ts";

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
  const others = messages.filter(({ request_id }) => request_id === null || request_id !== turn.requestId);
  const parent = turn.input.parent_message_id ?? null;
  const branch = parent === null ? [] : branchOf(others, parent);
  const before = branch.slice(0, branch.findIndex(({ message }) => message.id === parent) + 1);
  return [...before.map(stored), { kind: "question", text: turn.input.message }, { kind: "answer", turn }];
}

/** Whether the stored messages tell everything about a turn that is over. */
export function isStored(messages: readonly Message[], { state, requestId }: Turn): boolean {
  if (requestId === null || (state !== "done" && state !== "failed")) return false;
  return messages.some(({ request_id, role, status }) =>
    request_id === requestId && role === "assistant" && status !== "streaming"
  );
}

function stored(message: BranchMessage): Shown {
  return { kind: "stored", ...message };
}
