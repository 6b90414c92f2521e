import type { Message } from "../../api/conversations.ts";

/** A message of the branch in sight, and which of its alternatives it is. */
export interface BranchMessage {
  message: Message;
  /** Ids of the messages that could stand here, itself among them, in the order of writing. */
  alternatives: readonly string[];
}

/**
 * The branch that a message lies on, from the beginning to its newest end; without one, or with an unknown one, the branch
 * of the newest message: that is where the back end goes on as well.
 */
export function branchOf(messages: readonly Message[], messageId: string | null): BranchMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const children = childrenOf(messages);
  const chosen = (messageId === null ? undefined : byId.get(messageId)) ?? messages.at(-1);
  if (chosen === undefined) return [];

  const branch: Message[] = [];
  for (let at: Message | undefined = chosen; at !== undefined; at = byId.get(at.parent_id ?? "")) branch.unshift(at);
  for (let at = newest(children, chosen.id); at !== undefined; at = newest(children, at.id)) branch.push(at);
  return branch.map((message) => ({
    message,
    alternatives: (children.get(message.parent_id) ?? []).map(({ id }) => id),
  }));
}

/** Children by their parent, in the order of writing. */
function childrenOf(messages: readonly Message[]): Map<string | null, Message[]> {
  const children = new Map<string | null, Message[]>();
  for (const message of messages) {
    const siblings = children.get(message.parent_id);
    if (siblings === undefined) children.set(message.parent_id, [message]);
    else siblings.push(message);
  }
  return children;
}

/** The child whose descendants were written last. */
function newest(children: Map<string | null, Message[]>, id: string): Message | undefined {
  const [first, ...others] = children.get(id) ?? [];
  if (first === undefined) return undefined;
  return others.reduce(
    (best, each) => lastPosition(children, each) > lastPosition(children, best) ? each : best,
    first,
  );
}

function lastPosition(children: Map<string | null, Message[]>, message: Message): number {
  let last = message.position;
  const open = [message.id];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const child of children.get(id) ?? []) {
      last = Math.max(last, child.position);
      open.push(child.id);
    }
  }
  return last;
}
