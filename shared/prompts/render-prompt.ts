import type { Message } from "@shared/providers/mod.ts";
import { fence, FENCE_RULE } from "./fence.ts";
import { fillPlaceholders, placeholdersOf } from "./placeholders.ts";
import { PromptError } from "./prompt-error.ts";

/** What a prompt is made of. */
export interface PromptParts {
  /** May hold trusted placeholders only: data has no place in the system text. */
  system: string;
  /** The user message with placeholders. */
  template: string;
  /** Examples of inputs and good outputs, best first. Their texts came from users: inputs are fenced like values. */
  fewShot: readonly { input: string; output: string }[];
  /** Values written by others. Always fenced. Those the template does not name are left out. */
  variables: Readonly<Record<string, string>>;
  /** Values of our own (language, time), put in as they are. */
  trusted: Readonly<Record<string, string>>;
}

/** A prompt ready to be sent. */
export interface RenderedPrompt {
  system: string;
  messages: Message[];
}

/**
 * Fills a prompt.
 *
 * @throws {PromptError} For a placeholder without a value, a data placeholder in the system text, and malformed placeholders.
 */
export function renderPrompt(parts: PromptParts): RenderedPrompt {
  const { system, template, fewShot, variables, trusted } = parts;
  const trustedValue = (name: string) => Object.hasOwn(trusted, name) ? trusted[name] : undefined;
  const systemText = fill(system, "system text", trustedValue);
  const userText = fill(template, "template", (name) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return value === undefined ? trustedValue(name) : fence(name, value);
  });
  return {
    system: `${systemText.trim()}\n\n${FENCE_RULE}`,
    messages: [...fewShot.flatMap(exampleMessages), { role: "user", content: userText.trim() }],
  };
}

function fill(text: string, where: string, valueOf: (name: string) => string | undefined): string {
  for (const name of placeholdersOf(text)) {
    if (valueOf(name) === undefined) throw new PromptError(`Cannot fill the ${where}: {{${name}}} has no value`);
  }
  return fillPlaceholders(text, (name) => valueOf(name) ?? "");
}

function exampleMessages(example: { input: string; output: string }): Message[] {
  return [{ role: "user", content: fence("example", example.input) }, { role: "assistant", content: example.output }];
}
