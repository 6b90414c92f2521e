import type { Body } from "../asked.ts";
import { list } from "../fields.ts";

/** The text of the last message where it is a user's and nothing but text, and the messages without it. */
export function lastUserText(
  messages: unknown[],
  textOf: (content: unknown) => string | null,
): { text: string; before: unknown[] } | null {
  const { role, content, type, ...rest } = (messages.at(-1) ?? {}) as Body;
  if (role !== "user" || (type !== undefined && type !== "message") || Object.keys(rest).length > 0) return null;
  const text = textOf(content);
  return text === null ? null : { text, before: messages.slice(0, -1) };
}

/** The text of parts that are all of one kind of text; null for any other content. */
export function onlyText(content: unknown, kind: string): string | null {
  if (typeof content === "string") return content;
  const texts = list(content).map((part) => {
    const { type, text, ...rest } = part as Body;
    return type === kind && typeof text === "string" && Object.keys(rest).length === 0 ? text : null;
  });
  return texts.length === 0 || texts.includes(null) ? null : texts.join("\n");
}
