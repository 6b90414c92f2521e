/**
 * Says in a sentence what each passage of a document is about. The ingestion uses the same definition as one of its steps.
 *
 * @module
 */
import { introduceTask } from "@shared/retrieval/mod.ts";

/** A document's passages in, a sentence about each out. */
export const introducePassages = introduceTask("introduce-passages");
