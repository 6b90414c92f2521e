import type { TurnTools } from "@shared/ai-task/mod.ts";
import { errorKinds } from "@shared/errors/mod.ts";
import { callFunction, type ToolContext, type ToolDeps } from "@shared/tools/mod.ts";
import type { BegunTurn, Said } from "./begun-turn.ts";

/** The newest messages, which are told as they were said. */
const NEWEST = 10;
/** So many messages more are worth a request. */
const WORTH_IT = 20;
/** Most messages and characters of each in one request. */
const MOST_MESSAGES = 60;
const MOST_CHARACTERS = 4_000;
/** Longer than a turn of the model's, because nobody waits. */
const LIMIT_MS = 60_000;

/** Messages that have left the context and that no summary tells of yet; null = too few to be worth a request. */
export function unsummarized({ history, summary_until }: Pick<BegunTurn, "history" | "summary_until">): Said[] | null {
  const told = summary_until === null ? -1 : history.findIndex(({ id }) => id === summary_until);
  // The summary is another branch's: this one begins its own.
  const open = history.slice(told + 1, Math.max(0, history.length - NEWEST));
  return open.length < WORTH_IT ? null : open.slice(0, MOST_MESSAGES);
}

/**
 * Sums up what has left the context, as the user and as a request of its own, and keeps it with the conversation: what was summed
 * up before comes first, so that the summary rolls on. Never throws; without it older turns are still found by their words.
 */
export async function sumUp(
  begun: BegunTurn,
  open: readonly Said[],
  user: Pick<ToolContext, "orgId" | "userId" | "token" | "language">,
  deps: ToolDeps,
  { service, log }: Pick<TurnTools, "service" | "log">,
): Promise<void> {
  const before = begun.history.some(({ id }) => id === begun.summary_until) ? begun.summary : null;
  const messages = [
    ...(before === null ? [] : [{ speaker: "summary so far", text: before }]),
    ...open.map(({ role, content, at }) => ({ speaker: role, text: content.slice(0, MOST_CHARACTERS), said_at: at })),
  ];
  try {
    const { summary_text } = await callFunction(
      "conversation-summary",
      { messages, summary_type: "detailed" },
      { ...user, signal: AbortSignal.timeout(LIMIT_MS) },
      deps,
    ) as { summary_text: string };
    await service.rpc("keep_chat_summary", {
      p_org_id: begun.org_id,
      p_conversation_id: begun.conversation_id,
      p_summary: summary_text,
      p_until: open.at(-1)?.id,
      p_after: begun.summary_until,
    });
  } catch (error) {
    log("chat_not_summed_up", { kinds: errorKinds(error) });
  }
}
