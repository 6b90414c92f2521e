/**
 * What an AI task is, and the function that serves it.
 *
 * ```ts
 * // functions/classify-lead/index.ts
 * import { serveTask } from "@shared/ai-task/mod.ts";
 * // classifyLead comes from task.ts beside it. No path is quoted here: the Supabase CLI would look for it.
 *
 * serveTask(classifyLead);
 * ```
 *
 * @module
 */
export { type AnyDefinition, serveTask, taskHandler } from "./task-handler.ts";
export { type ComposedCall, composedHandler } from "./composed-task.ts";
export { defineEmbedding, type Embedded } from "./define-embedding.ts";
export { defineSpeech } from "./define-speech.ts";
export { defineTask, type RuleCheck, type TaskContext, type TaskDefinition } from "./define-task.ts";
export { describeTask } from "./describe.ts";
export { envelopeSchema, type TaskOptions } from "./envelope.ts";
export { logRejection } from "./log-rejection.ts";
export { StepError } from "./step-error.ts";
export type { Envelope, Meta } from "./meta.ts";
export type { KeptEvent } from "./kept-event.ts";
export { systemDeps as systemTaskDeps, type TaskDeps } from "./task-deps.ts";
export type {
  BeginTurn,
  ResumeTurn,
  TaskAction,
  Turn,
  TurnCall,
  TurnEnd,
  TurnStage,
  TurnStart,
  TurnTools,
} from "./turn.ts";
