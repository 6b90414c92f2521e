import type { SupabaseClient } from "@supabase/supabase-js";
import type { Citation, ToolCall } from "./conversations.ts";
import { callFunction, type TaskMeta } from "./functions.ts";
import { lost, turnEvents } from "./turn-events.ts";

/** What somebody says in a conversation, or wants done in it, and where. */
export interface ChatInput {
  message?: string;
  /** Files of the user in the bucket `chat`. */
  attachments?: { path: string }[];
  conversation_id?: string;
  assistant_id?: string;
  /** The message to follow. */
  parent_message_id?: string;
  /** The message that this one replaces, in a branch of its own. */
  edit_message_id?: string;
  /** The answer whose question is answered anew. */
  regenerate_message_id?: string;
  /** The answer that waited for approval. */
  resume_message_id?: string;
}

/** An answer of the chat. */
export interface ChatAnswer {
  text: string;
  status: "complete" | "stopped" | "awaiting_approval" | "continues";
  conversation_id: string;
  message_id: string;
  user_message_id: string;
}

/** A tool call as it is told while an answer comes. */
export interface ToldCall {
  id: string;
  name: string;
  arguments: string;
  /** Null: it is being carried out. */
  status: ToolCall["status"] | null;
  code: string | null;
  result: string | null;
  citations: Citation[];
}

/** What is told while an answer comes. */
export interface TurnListener {
  /** The turn has begun; with this id it can be stopped. */
  begun(requestId: string): void;
  delta(text: string): void;
  /** A tool call, or what has become of it. */
  called(call: ToldCall): void;
  /** What came so far no longer counts. */
  restarted(): void;
}

/**
 * Takes a turn and listens to the answer.
 * @throws {ApiError} why there is no answer; `requestId` tells the turn that failed.
 */
export async function takeTurn(
  client: SupabaseClient,
  orgId: string,
  input: ChatInput,
  listener: TurnListener,
  signal: AbortSignal,
): Promise<{ data: ChatAnswer; meta: TaskMeta }> {
  const calls = new Map<string, ToldCall>();
  const tell = (id: string, part: Partial<ToldCall>) => {
    const known = calls.get(id) ??
      { id, name: "", arguments: "", status: null, code: null, result: null, citations: [] };
    calls.set(id, { ...known, ...part });
    listener.called({ ...known, ...part });
  };
  for await (const { event, data } of turnEvents(client, { input, org_id: orgId, options: { stream: true } }, signal)) {
    if (event === "meta") listener.begun(data.request_id);
    else if (event === "delta") listener.delta(data.text);
    else if (event === "tool_call") tell(data.id, { name: data.name, arguments: data.arguments });
    else if (event === "tool_result") {
      tell(data.id, { name: data.name, status: data.status, code: data.code, result: data.result });
    } else if (event === "citation") {
      const { tool_call_id, number: _number, ...citation } = data;
      tell(tool_call_id, { citations: [...calls.get(tool_call_id)?.citations ?? [], citation] });
    } else if (event === "restart") listener.restarted();
    else if (event === "done") return data;
  }
  throw lost(null);
}

/** Asks an answer to stop; what has come by then stays. */
export async function stopTurn(client: SupabaseClient, requestId: string): Promise<void> {
  await callFunction(client, "chat", { action: "stop", request_id: requestId });
}

/** Grants or denies a tool call that waits; resolves to how many of the same answer still wait. */
export async function decideCall(client: SupabaseClient, callId: string, granted: boolean): Promise<number> {
  const { data } = await callFunction<{ data: { waiting: number } }>(
    client,
    "chat",
    { action: "decide", approval_id: callId, granted },
  );
  return data.waiting;
}
