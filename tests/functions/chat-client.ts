import { equal } from "node:assert/strict";
import { type EventReader, readEvents } from "./read-events.ts";
import type { World } from "./world.ts";

/** Talks to the chat of a world as its owner, or as somebody else by their token. */
export function chatClient({ stack, owner, ownerToken }: World) {
  const url = `${stack.url}/functions/v1/chat`;
  const headersOf = (token: string) => ({
    authorization: `Bearer ${token}`,
    apikey: stack.publishableKey,
    "content-type": "application/json",
  });
  const stream = async (input: unknown, token = ownerToken, signal?: AbortSignal): Promise<EventReader> => {
    const body = JSON.stringify({ input, options: { stream: true } });
    const response = await fetch(url, { method: "POST", headers: headersOf(token), body, signal: signal ?? null });
    equal(response.status, 200);
    return readEvents(response);
  };
  const messagesOf = async (conversation: string) => {
    const { data, error } = await owner.from("ai_messages").select("*").eq("conversation_id", conversation).order(
      "position",
    );
    equal(error, null);
    return data ?? [];
  };
  const until = async (what: string, holds: () => Promise<boolean>) => {
    for (let round = 0; round < 2400; round++) {
      if (await holds()) return;
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error(`Cannot go on: ${what} did not come within a minute`);
  };
  return { url, headersOf, stream, messagesOf, until };
}
