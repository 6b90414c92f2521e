/**
 * Orders passages by how well they answer a question. The search uses the same definition as one of its steps.
 *
 * @module
 */
import { rerankTask } from "@shared/retrieval/mod.ts";

/** A question and passages in, the relevance of each out. */
export const rerankPassages = rerankTask("rerank-passages");
