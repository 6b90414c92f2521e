import type { Plan } from "@shared/budget/mod.ts";
import { fence, FENCE_RULE, type RenderedPrompt, renderPrompt } from "@shared/prompts/mod.ts";
import { tokenBound } from "@shared/pricing/mod.ts";
import { type ContentPart, type JsonSchema, requestTokenBound } from "@shared/providers/mod.ts";
import type { z } from "zod";
import type { TaskContext, TaskDefinition } from "./define-task.ts";
import type { TurnPrompt } from "./turn.ts";

/** What a request's prompt is made of, before the plan says which prompt it is. */
export interface PromptMaterial {
  variables: Record<string, string>;
  context: TaskContext;
  attachments: ContentPart[];
}

/** The prompt of an admitted request: the registry's row where the plan has one, else the task's own. */
export function promptOf<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<Input, Output>,
  plan: Plan,
  { variables, context, attachments }: PromptMaterial,
): RenderedPrompt {
  const rendered = renderPrompt({
    system: plan.prompt.system ?? definition.prompt.system,
    template: plan.prompt.template ?? definition.prompt.template,
    fewShot: plan.prompt.few_shot,
    variables,
    trusted: { language: context.language, now: context.now },
  });
  if (attachments.length === 0) return rendered;
  const question = rendered.messages.at(-1);
  const text = typeof question?.content === "string" ? question.content : "";
  const content: ContentPart[] = [{ type: "text", text }, ...attachments];
  return { ...rendered, messages: [...rendered.messages.slice(0, -1), { role: "user", content }] };
}

/** A task's system text with a turn's own in it. The rule about data stays last, so that nothing a turn brings can come after it. */
export function systemWith(taskSystem: string, own: string): string {
  return `${taskSystem.slice(0, -FENCE_RULE.length)}${own}\n\n${FENCE_RULE}`;
}

/** The prompt of a turn: few-shot examples stay, the conversation's own words stand where the filled template would. */
export function withTurn(
  { system, messages }: RenderedPrompt,
  turn: Pick<TurnPrompt, "system" | "messages">,
): RenderedPrompt {
  return { system: systemWith(system, turn.system), messages: [...messages.slice(0, -1), ...turn.messages] };
}

/**
 * Upper bounds of a request's tokens before it is admitted: `input` for what comes with the request, whichever prompt it gets,
 * `prompt` for the task's own prompt (the registry keeps the bound of its own rows).
 */
export function tokenBounds<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<Input, Output>,
  { variables, attachments }: PromptMaterial,
  schema: JsonSchema | null,
): { input: number; prompt: number } {
  const prompt = tokenBound(definition.prompt.system) + tokenBound(definition.prompt.template);
  const values = Object.entries(variables).map(([name, value]) => fence(name, value)).join("\n");
  return {
    input: requestTokenBound({
      system: FENCE_RULE,
      messages: [{ role: "user", content: [{ type: "text", text: values }, ...attachments] }],
      ...(schema === null ? {} : { responseSchema: { name: "answer", schema } }),
    }),
    prompt,
  };
}
