import type { ToolWay } from "../tool.ts";

/** What is remembered of the user, by the same function that recalls it for a turn. */
export const memorySearch: ToolWay = async (_, { query }, { user, orgId, signal }) => {
  const { results } = await user.rpc<{ results: { content: string; said_at: string | null }[] }>("recall_memory", {
    p_query: query,
    p_org_id: orgId,
  }, { signal, idempotent: true });
  if (results.length === 0) return { text: "Nothing is remembered about it." };
  return {
    text: results.map(({ content, said_at: at }) => at === null ? content : `${content} (${at.slice(0, 10)})`).join(
      "\n",
    ),
  };
};
