import { PromptError } from "./prompt-error.ts";

const PLACEHOLDER = /\{\{([a-z][a-z0-9_]{0,39})\}\}/g;

/**
 * Names of the placeholders of a template, in order of first appearance.
 *
 * @throws {PromptError} For double braces that are no placeholder, such as `{{ Name }}` or an unclosed `{{`.
 */
export function placeholdersOf(template: string): string[] {
  const rest = template.replace(PLACEHOLDER, "");
  if (/\{\{|\}\}/.test(rest)) {
    throw new PromptError("Cannot read the template: it has double braces that are no {{name}}");
  }
  return [...new Set(Array.from(template.matchAll(PLACEHOLDER), ([, name]) => name ?? ""))];
}

/** The template with every placeholder replaced once; what a value looks like is never read again. */
export function fillPlaceholders(template: string, valueOf: (name: string) => string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => valueOf(name));
}
