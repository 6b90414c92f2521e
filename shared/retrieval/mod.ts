/**
 * Searches of passages, and answers from them that can be checked.
 *
 * @module
 */
export { callerDatabase } from "./caller-database.ts";
export { callTask, type StepAnswer } from "./call-task.ts";
export { checkClaim } from "./check-claim.ts";
export { DIMENSIONS, type Embeddings, embeddingTask, spaceName, vectorText } from "./embedding-task.ts";
export { introduceTask, type Introductions, MOST_INTRODUCED } from "./introduce-task.ts";
export { type KnowledgeDeps, systemKnowledgeDeps } from "./knowledge-deps.ts";
export { inRankedOrder, MOST_RERANKED, type Ranking, rerankTask } from "./rerank-task.ts";
export { metaOfSteps, metaWithoutCalls } from "./step-meta.ts";
