/** An organization's settings of searches, as the database gives them. */
export interface SearchSettings {
  "rag.strategy": "semantic" | "keyword" | "hybrid" | "adaptive";
  "rag.maxResults": number;
  "rag.maxContextTokens": number;
  "rag.cache": boolean;
  "rag.historyMessages": number;
  "rag.weight.history": number;
  "rag.historyDecay": number;
}

/** What `search_plan` answers: how a question is to be asked. */
export interface SearchPlan {
  /** Null: there is no base. A model of null is the organization's `kb.embeddingModel`. */
  space: { model: string | null; dimensions: number } | null;
  settings: SearchSettings;
}
