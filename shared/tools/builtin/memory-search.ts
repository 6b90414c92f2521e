import type { ToolWay } from "../tool.ts";

/** What is remembered of the user, and of the lead the conversation is about. */
export const memorySearch: ToolWay = async (_, { query }, { user, orgId, conversationId, signal }) => {
  const { results } = await user.rpc<{ results: { content: string; said_at: string | null }[] }>(
    "recall_for_conversation",
    {
      p_query: query,
      p_org_id: orgId,
      p_conversation_id: conversationId,
    },
    { signal, idempotent: true },
  );
  if (results.length === 0) return { text: "Nothing is remembered about it." };
  return {
    text: results.map(({ content, said_at: at }) => at === null ? content : `${content} (${at.slice(0, 10)})`).join(
      "\n",
    ),
  };
};
