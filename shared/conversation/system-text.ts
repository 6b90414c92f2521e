import type { Language } from "@shared/http/mod.ts";
import type { Assistant } from "./begun-turn.ts";

/** The assistant's part of the system text: who it is and what it was told by those who look after it. */
export function assistantText(assistant: Assistant | null): string {
  if (assistant === null) return "You are a helpful assistant of this organization.";
  const { name, personality, instructions } = assistant;
  return [
    `Your name is ${name.trim()}.`,
    ...section("Your personality", personality),
    ...section("Your instructions", instructions),
  ].join("\n\n");
}

/** The language to answer in: the caller's, unless the assistant does not speak it; then the first of its own. */
export function answerLanguage(wanted: Language, assistant: Assistant | null): Language {
  const spoken = assistant?.languages ?? [];
  return spoken.includes(wanted) ? wanted : spoken[0] ?? wanted;
}

function section(title: string, text: string): string[] {
  return text.trim() === "" ? [] : [`${title}:\n${text.trim()}`];
}
