import { useState } from "react";
import { type Conversation, type FoundMessage, loadConversations, searchMessages } from "../../api/conversations.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { usePages } from "../../query/use-pages.ts";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { useSettled } from "../../query/use-settled.ts";

const PAGE_SIZE = 40;
const MOST_FOUND = 20;

/** A search does not follow every key, in milliseconds. */
const SETTLE_MS = 250;

/** The user's conversations, searched by title and by what was said. */
export function useConversations() {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const [typed, setTyped] = useState("");
  const [archived, setArchived] = useState(false);
  const search = useSettled(typed.trim(), SETTLE_MS);
  const list = usePages<Conversation>(
    `conversations/${orgId}/${archived}/${search}`,
    PAGE_SIZE,
    (after, signal) => loadConversations(client, orgId, { archived, search, after, limit: PAGE_SIZE }, signal),
  );
  const found = useQuery<FoundMessage[]>(
    search.length < 2 ? null : `found-messages/${orgId}/${search}`,
    (signal) => searchMessages(client, orgId, search, MOST_FOUND, signal),
  );
  return { list, found, typed, setTyped, search, archived, setArchived, reload: list.reload };
}

export type Conversations = ReturnType<typeof useConversations>;
