import { type Confidence, filledFields, scoreConfidence } from "@shared/confidence/mod.ts";
import type { ChatAnswer, JsonSchema } from "@shared/providers/mod.ts";
import type { Verdict } from "@shared/router/mod.ts";
import type { Calibration } from "@shared/statistics/mod.ts";
import type { z } from "zod";
import type { TaskContext, TaskDefinition } from "./define-task.ts";
import { parseAnswer } from "./parse-answer.ts";

/** Problems told to the model in a repair attempt; more would only confuse it. */
const MAX_PROBLEMS = 5;

/**
 * Judges a model's answer: does it fit the schema, and if so, how far is it to be trusted?
 *
 * @param asked What the answer is to; `schema` is the JSON Schema of the output, for the fields that must be filled; `calibration` is the
 * task's, null without one.
 * @param agreement Share of other models' values that agree, 0..1; null when none was asked.
 */
export function judgeAnswer<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<Input, Output>,
  asked: { schema: JsonSchema; input: z.output<Input>; context: TaskContext; calibration: Calibration | null },
  answer: ChatAnswer,
  agreement: number | null,
): Verdict<z.output<Output>> {
  const { schema, input, context, calibration } = asked;
  const value = definition.fromText?.(answer.text, input) ?? parseAnswer(answer.text);
  if (value === null) return { valid: false, problem: "it is not a JSON object" };
  const parsed = definition.output.safeParse(value);
  if (!parsed.success) return { valid: false, problem: problemsOf(parsed.error) };
  const output: z.output<Output> = parsed.data;
  const problem = definition.unusable?.(output, input, context) ?? null;
  if (problem !== null) return { valid: false, problem };
  const confidence = scoreConfidence({
    logprobs: answer.logprobs,
    selfReport: definition.selfReport?.(output) ?? null,
    completeness: definition.completeness?.(output, input, context) ?? filledFields(output, schema),
    consistency: definition.consistency?.(output, input, context) ?? [],
    agreement,
    validation: definition.validation?.(output, input, context) ?? [],
  }, calibration);
  return { valid: true, output, score: confidence.score, factors: { ...confidence } };
}

/** The factors as `meta.confidence` and the log show them. */
export function confidenceBreakdown(factors: Record<string, unknown> | null): ConfidenceMeta | null {
  if (factors === null) return null;
  const { score, model_confidence, completeness, consistency, validation } = factors as unknown as Confidence;
  return { score, model_confidence, completeness, consistency, validation };
}

/** `meta.confidence`: 0..1 each; null where nothing could be said. */
export type ConfidenceMeta = Pick<
  Confidence,
  "score" | "model_confidence" | "completeness" | "consistency" | "validation"
>;

function problemsOf(error: z.ZodError): string {
  return error.issues.slice(0, MAX_PROBLEMS)
    .map((issue) => `${issue.path.length === 0 ? "the object" : issue.path.map(String).join(".")}: ${issue.message}`)
    .join("; ");
}
