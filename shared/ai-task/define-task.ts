import type { Tier } from "@shared/budget/mod.ts";
import type { Described } from "@shared/http/mod.ts";
import type { z } from "zod";
import type { ContentPart } from "@shared/providers/mod.ts";
import type { BeginTurn, ResumeTurn, TaskAction } from "./turn.ts";

/** What a task's own rule says about an output: each rule passes or not. */
export interface RuleCheck {
  /** Short name, kept in the log. */
  name: string;
  passed: boolean;
}

/** What the prompt is rendered from. */
export interface TaskContext {
  /** BCP 47 language of the answer. */
  language: string;
  /** ISO time of the request. */
  now: string;
}

/**
 * An AI task: everything that differs between one Edge Function and the next.
 * The prompt here is version 1; an active row of `ai_prompts` with the task's key replaces it.
 */
export interface TaskDefinition<Input extends z.ZodType, Output extends z.ZodType> extends Described {
  /** Folder name, URL slug and log value: one string everywhere. */
  task: string;
  /** Strict: unknown keys are refused, lengths are bounded. */
  input: Input;
  /** What the model must return; its JSON Schema is sent to the provider. */
  output: Output;
  /** `example.input`, posted back, answers 200 on a fresh stack. */
  example: { input: z.input<Input> };
  prompt: {
    version: number;
    system: string;
    /** User message with `{{name}}` placeholders, filled from `variables`. */
    template: string;
  };
  /** Values of the placeholders. They are data: the renderer fences them. */
  variables: (input: z.output<Input>, context: TaskContext) => Record<string, string>;
  /** Images or files beside the text; their tasks need a vision model. */
  attachments?: (input: z.output<Input>) => ContentPart[];
  /**
   * Makes the output of a plain text. With it no JSON is asked for, and the pieces of a stream are the text itself.
   * It may throw; what it gives is checked against `output` like any answer.
   */
  fromText?: (text: string, input: z.output<Input>) => unknown;
  maxOutputTokens: number;
  temperature?: number;
  /** Text of the input whose complexity is judged; default: all variables joined. */
  complexityText?: (input: z.output<Input>) => string;
  /**
   * What makes an output unusable although it fits the schema, in words for the model's one repair attempt; null = nothing.
   * For what must never happen: confidence is an average, and a sure answer can outweigh any single check.
   */
  unusable?: (output: z.output<Output>, input: z.output<Input>, context: TaskContext) => string | null;
  /** Required output fields that must be filled for completeness; default: all required properties. */
  completeness?: (output: z.output<Output>, input: z.output<Input>, context: TaskContext) => RuleCheck[];
  /** Contradictions inside the output, or between input and output. */
  consistency?: (output: z.output<Output>, input: z.output<Input>, context: TaskContext) => RuleCheck[];
  /** Business rules on the output. */
  validation?: (output: z.output<Output>, input: z.output<Input>, context: TaskContext) => RuleCheck[];
  /** The part of an output that models' answers are compared by where several are asked; default: all of it. */
  compare?: (output: z.output<Output>) => unknown;
  /** Field of the output that carries the model's self-reported confidence 0..1, if it asks for one. */
  selfReport?: (output: z.output<Output>) => number | null;
  /** The deterministic answer when no model answer is good enough; null = the task has none. */
  rules: ((input: z.output<Input>, context: TaskContext) => z.output<Output>) | null;
  /** Whether the rules also take the place of a weak answer. Default: yes. No: a weak one is given, flagged for review. */
  rulesReplaceWeak?: boolean;
  /** Whether `stream: true` is accepted. */
  streams: boolean;
  /** Whether it is also served over WebSockets. Default: no. */
  sockets?: boolean;
  /** Tiers a policy may give it; default: all. */
  tiers?: readonly Tier[];
  /**
   * `input`: the answer depends on nothing but the input, so that an organization's members share cached ones.
   * Default: everybody has their own.
   */
  cachedBy?: "input" | "user";
  /**
   * Makes the call a turn of something that is stored: called once the input is valid, in the place of admission. What it throws
   * is the answer. Default: every call stands alone.
   */
  turn?: BeginTurn<z.output<Input>, z.output<Output>>;
  /** The rest of a turn's stream, for `GET ?request_id=…`. Default: streams cannot be gone back to. */
  resume?: ResumeTurn;
  /** What a body with `action` asks for instead of an answer, by its name. Actions call no model. */
  actions?: Readonly<Record<string, TaskAction>>;
}

/** Checks a definition's types and returns it unchanged. */
export function defineTask<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<Input, Output>,
): TaskDefinition<Input, Output> {
  return definition;
}
