import { AppError } from "@shared/errors/mod.ts";

/** What a step of a task was refused with, or failed of: the step has its own row in the log. */
export class StepError extends AppError {}
