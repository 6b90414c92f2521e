/** A template that cannot be filled: a defect of the prompt row or of the task, never of the caller. */
export class PromptError extends Error {
  override readonly name = "PromptError";
}
