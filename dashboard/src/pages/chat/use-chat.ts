import { useEffect, useState } from "react";
import { loadConversation, loadMessages, loadToolCalls, type Message } from "../../api/conversations.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useQuery } from "../../query/use-query.ts";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { isStored, shownMessages } from "./shown-messages.ts";
import { isRunning, type TurnPlace } from "./turn.ts";
import { useConversations } from "./use-conversations.ts";
import { NEW, useTurns } from "./use-turns.ts";

/** How often an answer that another page, or an earlier visit, began is looked for, in milliseconds. */
const FOLLOW_MS = 2000;

/**
 * The conversation that the address names with its turn under way, and the ways to go on with it. The address also names the
 * message whose branch is in sight, and the assistant chosen for what is said next.
 */
export function useChat() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { search } = usePlace();
  const conversationId = search.get("conversation");
  const at = search.get("message");
  const chosen = search.get("assistant");
  const place = conversationId ?? NEW;
  const [following, setFollowing] = useState(false);
  const conversations = useConversations();
  const conversation = useQuery(
    conversationId === null ? null : `conversation/${orgId}/${conversationId}`,
    (signal) => loadConversation(client, orgId, conversationId ?? "", signal),
  );
  const messages = useQuery<Message[]>(
    conversationId === null ? null : `messages/${orgId}/${conversationId}`,
    (signal) => loadMessages(client, orgId, conversationId ?? "", signal),
    following ? { refreshMs: FOLLOW_MS } : {},
  );
  const calls = useQuery(
    conversationId === null ? null : `tool-calls/${orgId}/${conversationId}`,
    (signal) => loadToolCalls(client, orgId, conversationId ?? "", signal),
    following ? { refreshMs: FOLLOW_MS } : {},
  );
  const reload = () => {
    calls.reload();
    conversation.reload();
    conversations.reload();
    messages.reload();
  };
  const { turns, start, stop, drop } = useTurns({
    onBegun: (id) => {
      // Only who still looks at it goes there.
      if (new URLSearchParams(globalThis.location.search).get("conversation") === null) {
        changeSearch({ conversation: id, message: null, assistant: null });
      }
      conversations.reload();
    },
    onEnded: reload,
  });

  const turn = turns.get(place);
  const rows = messages.data ?? [];
  const shown = shownMessages(rows, at, turn);
  const isOver = turn !== undefined && isStored(rows, turn);
  useEffect(() => {
    if (isOver) drop(place);
  }, [isOver, place, drop]);
  const last = shown.at(-1);
  const isWrittenElsewhere = last?.kind === "stored" && ["streaming", "continues"].includes(last.message.status);
  useEffect(() => setFollowing(isWrittenElsewhere), [isWrittenElsewhere]);

  /** Takes a turn at a place of the branch in sight. */
  const take = (place: TurnPlace, message?: string, attachments: readonly string[] = []) => {
    if (at !== null) changeSearch({ message: null });
    start({
      ...(message === undefined ? {} : { message }),
      ...(attachments.length === 0 ? {} : { attachments: attachments.map((path) => ({ path })) }),
      ...(conversationId === null ? {} : { conversation_id: conversationId }),
      ...(chosen === null || place.kind === "resume" ? {} : { assistant_id: chosen }),
    }, place);
  };
  const lastStored = shown.findLast((each) => each.kind === "stored");
  return {
    conversationId,
    at,
    chosen,
    conversations,
    conversation,
    messages,
    /** Tool calls of a stored answer. */
    callsOf: (messageId: string) => (calls.data ?? []).filter(({ message_id }) => message_id === messageId),
    shown,
    turn,
    isBusy: isRunning(turn),
    reload,
    take,
    /** Says something at the end of the branch in sight. */
    sayNext: (message: string, attachments: readonly string[] = []) =>
      take(
        { kind: "after", parent: lastStored?.kind === "stored" ? lastStored.message.id : null },
        message,
        attachments,
      ),
    stop: () => stop(place),
    /** Forgets a turn that failed and left nothing behind, and says it again. */
    repeat: () => {
      if (turn !== undefined) take(turn.place, turn.input.message, turn.input.attachments?.map(({ path }) => path));
    },
  };
}

export type Chat = ReturnType<typeof useChat>;
