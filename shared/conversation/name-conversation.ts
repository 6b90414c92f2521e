import type { TurnTools } from "@shared/ai-task/mod.ts";
import { errorKinds } from "@shared/errors/mod.ts";
import { callFunction, type ToolContext, type ToolDeps } from "@shared/tools/mod.ts";
import type { BegunTurn } from "./begun-turn.ts";

/** Nobody waits for a title, but the isolate does. */
const LIMIT_MS = 30_000;

/**
 * Has a model name a conversation after its first answer, as the user and as a request of its own. Never throws; without it the
 * conversation is called by its first words.
 */
export async function nameConversation(
  { org_id, conversation_id, question }: Pick<BegunTurn, "org_id" | "conversation_id" | "question">,
  answer: string,
  user: Pick<ToolContext, "orgId" | "userId" | "token" | "language">,
  deps: ToolDeps,
  { service, log }: Pick<TurnTools, "service" | "log">,
): Promise<void> {
  try {
    const { title } = await callFunction(
      "conversation-title",
      { question, answer },
      { ...user, signal: AbortSignal.timeout(LIMIT_MS) },
      deps,
    ) as { title: string };
    await service.rpc("keep_chat_title", { p_org_id: org_id, p_conversation_id: conversation_id, p_title: title });
  } catch (error) {
    log("conversation_not_named", { kinds: errorKinds(error) });
  }
}
