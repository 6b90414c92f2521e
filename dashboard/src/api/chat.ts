import type { SupabaseClient } from "@supabase/supabase-js";
import { ApiError } from "./api-error.ts";
import { readEvents } from "./events.ts";
import { callFunction, openStream, problemError, type TaskMeta } from "./functions.ts";

/** What somebody says in a conversation, and where. */
export interface ChatInput {
  message: string;
  conversation_id?: string;
  assistant_id?: string;
  parent_message_id?: string;
}

/** An answer of the chat. */
export interface ChatAnswer {
  text: string;
  status: "complete" | "stopped";
  conversation_id: string;
  message_id: string;
  user_message_id: string;
}

/** What is told while an answer comes. */
export interface TurnListener {
  /** The turn has begun; with this id it can be stopped. */
  begun(requestId: string): void;
  delta(text: string): void;
  /** What came so far no longer counts. */
  restarted(): void;
}

/**
 * Says something and listens to the answer.
 * @throws {ApiError} why there is no answer; `requestId` tells the turn that failed.
 */
export async function takeTurn(
  client: SupabaseClient,
  orgId: string,
  input: ChatInput,
  listener: TurnListener,
  signal: AbortSignal,
): Promise<{ data: ChatAnswer; meta: TaskMeta }> {
  const response = await openStream(client, "chat", { input, org_id: orgId, options: { stream: true } }, signal);
  let requestId: string | null = null;
  try {
    for await (const { event, data } of readEvents(response)) {
      if (event === "meta") {
        requestId = data.request_id;
        listener.begun(data.request_id);
      } else if (event === "delta") listener.delta(data.text);
      else if (event === "restart") listener.restarted();
      else if (event === "done") return data;
      else if (event === "error") throw problemError({ request_id: requestId ?? undefined, ...data }, "No answer came");
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ApiError) throw error;
    // The connection broke: the network, or the server, is gone.
    throw new ApiError("The connection was lost", { code: null, status: 0, requestId });
  }
  throw new ApiError("The connection was lost", { code: null, status: 0, requestId });
}

/** Asks an answer to stop; what has come by then stays. */
export async function stopTurn(client: SupabaseClient, requestId: string): Promise<void> {
  await callFunction(client, "chat", { action: "stop", request_id: requestId });
}
