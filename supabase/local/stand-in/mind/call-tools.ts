import { readEvidence } from "../language/evidence.ts";
import { conceptsOf } from "../language/concepts.ts";
import { nameWords, stem, stems } from "../language/words.ts";
import type { Answer, OfferedTool, Prompt } from "../wire/prompt.ts";
import { fillSchema } from "./fill-schema.ts";
import type { Material } from "./material.ts";
import { confidenceOf } from "./model-size.ts";

// How much a message must have in common with a tool before the tool is called unasked.
const threshold = 0.9;

/** Calls the tools that the request forces or that the message asks for; null when it is to be answered without. */
export function callTools(prompt: Prompt, material: Material): Answer | null {
  const { tools, toolChoice } = prompt;
  if (tools.length === 0 || toolChoice === "none") return null;
  if (typeof toolChoice === "object") {
    const named = tools.find(({ name }) => name === toolChoice.name);
    return named === undefined ? null : call([named], 0.9, prompt, material);
  }
  const done = calledSince(prompt);
  const ranked = rank(tools.filter(({ name }) => !done.has(name)), material.question);
  const [first] = ranked;
  if (first === undefined) return null;
  // A forced call is made once; after its result the message is answered.
  if (toolChoice === "required" && done.size === 0) return call([first.tool], clarityOf(first.score), prompt, material);
  const wanted = ranked.filter(({ score }) => score >= threshold && score >= first.score * 0.6);
  if (wanted.length === 0) return null;
  const together = /\b(?:and|then|also|und|dann|sowie|y|et|e poi)\b/i.test(material.question);
  // The next tool may need what the first one finds, so several are called one after another.
  if (done.size > 0 && !together) return null;
  return call([first.tool], clarityOf(first.score), prompt, material);
}

/** Names of the tools called since the user last spoke. */
function calledSince({ turns }: Prompt): Set<string> {
  const last = turns.findLastIndex(({ role }) => role === "user");
  const calls = turns.slice(last + 1).flatMap((turn) => turn.role === "assistant" ? turn.calls : []);
  return new Set(calls.map(({ name }) => name));
}

function rank(tools: readonly OfferedTool[], question: string): { tool: OfferedTool; score: number }[] {
  const asked = new Set(stems(question));
  const meant = new Set(Array.from(asked).flatMap(conceptsOf));
  const vocabularies = tools.map((tool) => ({
    names: new Set(nameWords(tool.name).map(stem)),
    descriptions: new Set([
      ...stems(tool.description),
      ...Object.keys(parametersOf(tool)).flatMap(nameWords).map(stem),
    ]),
  }));
  return tools.map((tool, index) => {
    const { names, descriptions } = vocabularies[index] ?? { names: new Set(), descriptions: new Set() };
    let score = 0;
    for (const key of asked) {
      const weight = names.has(key) ? 1 : descriptions.has(key) ? 0.5 : 0;
      const sharing = vocabularies.filter((other) => other.names.has(key) || other.descriptions.has(key)).length;
      if (weight > 0) score += weight * (sharing > 1 ? 0.6 : 1);
    }
    const concepts = new Set([...names, ...descriptions].flatMap((key) => conceptsOf(String(key))));
    for (const concept of meant) if (concepts.has(concept)) score += 0.3;
    return { tool, score };
  }).sort((a, b) => b.score - a.score);
}

function call(tools: OfferedTool[], clarity: number, prompt: Prompt, material: Material): Answer {
  const evidence = readEvidence(
    `${material.question}\n${
      material.data.text === material.question ? "" : material.data.text
    }\n${material.background.text}`,
  );
  const clarities: number[] = [];
  const calls = tools.map(({ name, parameters }) => {
    const asked = parameters["properties"] === undefined ? { type: "object", properties: {} } : parameters;
    const { value, clarity } = fillSchema(asked, {
      evidence,
      instructions: material.instructions,
      language: material.language,
      model: prompt.model,
    });
    clarities.push(clarity);
    return { name, arguments: JSON.stringify(withQuery(value as Record<string, unknown>, material.question)) };
  });
  return { text: "", calls, confidence: confidenceOf(prompt.model, Math.min(clarity, ...clarities)) };
}

const queryNames = /^(?:query|q|search|search_?term|question|term|input|prompt|topic|expression)$/i;

/** What is to be looked for is the message itself, without the words that ask for the search. */
function withQuery(values: Record<string, unknown>, question: string): Record<string, unknown> {
  const plain = question.replace(
    /^(?:please|bitte|can you|could you|kannst du|können sie)?\s*(?:search|find|look up|look for|suche?|finde)\s*(?:for|me|nach|mir)?\s+/i,
    "",
  ).replace(/[?.!]+$/, "").trim();
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) =>
      typeof value === "string" && queryNames.test(name) ? [name, plain.slice(0, 300)] : [name, value]
    ),
  );
}

function parametersOf({ parameters }: OfferedTool): Record<string, unknown> {
  return (parameters["properties"] ?? {}) as Record<string, unknown>;
}

function clarityOf(score: number): number {
  return Math.min(0.95, 0.45 + score / 5);
}
