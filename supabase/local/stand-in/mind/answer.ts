import type { Answer, Prompt } from "../wire/prompt.ts";
import { answerText } from "./answer-text.ts";
import { callTools } from "./call-tools.ts";
import { fillSchema } from "./fill-schema.ts";
import { type Material, readMaterial } from "./material.ts";
import { confidenceOf } from "./model-size.ts";
import { skeletonSchema } from "./skeleton.ts";

/**
 * Answers a request from nothing but the request: the same prompt always gets the same answer, and another prompt another one.
 * It is no language model: it finds, counts and compares words, and says so by its confidence where that is not enough.
 */
export function answer(prompt: Prompt): Answer {
  const material = readMaterial(prompt);
  const called = callTools(prompt, material);
  if (called !== null) return called;
  const schema = material.schema ?? (prompt.jsonObject ? skeletonSchema(material.instructions) ?? anyObject : null);
  const { text, clarity } = schema === null ? freely(prompt, material) : structured(schema, prompt, material);
  return { text: afterPrefill(text, prompt), calls: [], confidence: confidenceOf(prompt.model, clarity) };
}

const anyObject = { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] };

function freely(prompt: Prompt, material: Material): { text: string; clarity: number } {
  const { value, clarity } = answerText(prompt, material);
  return { text: value, clarity };
}

function structured(
  schema: Record<string, unknown>,
  { model }: Prompt,
  { data, background, instructions, language, turns, known }: Material,
): { text: string; clarity: number } {
  // Where the last turn holds nothing, what came before it is the input.
  const evidence = data.stems.size === 0 ? background : data;
  const { value, clarity } = fillSchema(schema, { evidence, instructions, language, model, turns, known });
  return { text: JSON.stringify(value), clarity };
}

/** A last assistant turn is the beginning of the answer: what it already says is not said again. */
function afterPrefill(text: string, { turns }: Prompt): string {
  const last = turns.at(-1);
  if (last?.role !== "assistant" || last.text === "") return text;
  const begun = last.text.trim();
  return text.startsWith(begun) ? text.slice(begun.length) : text;
}
