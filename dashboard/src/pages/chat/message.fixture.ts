import type { Message } from "../../api/conversations.ts";

/** A message as it is stored, the user's where its id begins with q; it says its id. */
export function messageOf(
  id: string,
  parent: string | null,
  position: number,
  more: Partial<Message> = {},
): Message {
  return {
    id,
    position,
    parent_id: parent,
    role: id.startsWith("q") ? "user" : "assistant",
    content: id,
    status: "complete",
    pinned: false,
    language: null,
    assistant_id: null,
    assistant_version: null,
    provider: null,
    model: null,
    tokens: null,
    request_id: null,
    error_code: null,
    created_at: "2026-11-27T00:00:00Z",
    ...more,
  };
}
