import { callFunction } from "../run-task.ts";
import type { ToolWay } from "../tool.ts";

interface Found {
  results: {
    chunk_id: string;
    document_id: string;
    document: string;
    section: string;
    page: number | null;
    content: string;
  }[];
}

/** Passages of the documents the user may read, numbered, with their sources. */
export const knowledgeSearch: ToolWay = async (_, { query, limit = 5 }, context, deps) => {
  const { knowledgeBases } = context;
  const input = {
    query,
    search_type: "adaptive",
    match_count: limit,
    filters: knowledgeBases.length === 0 ? {} : { base_ids: [...knowledgeBases] },
  };
  const { results } = await callFunction("rag-knowledge-search", input, context, deps) as Found;
  if (results.length === 0) return { text: "No document says anything about it." };
  return {
    text: results.map(({ section, content }, index) => `[${index + 1}] ${section}\n${content}`).join("\n\n"),
    citations: results.map(({ chunk_id, document_id, document, page }) => ({
      source: document,
      document_id,
      chunk_id,
      page,
    })),
  };
};
