import { type ErrorCode, toAppError } from "@shared/errors/mod.ts";

/** After these a search goes on without the step: nobody could be asked, or nobody gave what can be used. */
const DISPENSABLE: readonly ErrorCode[] = ["provider_unavailable", "timeout", "invalid_model_output"];

/** What a step answered, or why a search goes on without it. */
export type StepOutcome<Answer> = { answer: Answer; reason: null } | { answer: null; reason: ErrorCode };

/**
 * Waits for a step that the passages can do without.
 *
 * @throws What else it was refused with or failed of: a budget, a limit, a wrong option are for the caller to know.
 */
export async function ifItAnswers<Answer>(step: Promise<Answer>): Promise<StepOutcome<Answer>> {
  try {
    return { answer: await step, reason: null };
  } catch (error) {
    const { code } = toAppError(error);
    if (!DISPENSABLE.includes(code)) throw error;
    return { answer: null, reason: code };
  }
}
