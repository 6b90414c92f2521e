import { type Language, type Message, type Messages, renderMessage } from "./messages.ts";

/**
 * What the database says in English, in the reader's language: by the message whose English it is. What stands in the place of
 * a `{name}` is translated by the same messages where it is one of them, and written as a number of the language where it is one.
 * A text nobody knows, because an operator wrote it, stays as it is.
 */
export function databaseText(english: string, messages: Messages, language: Language): string {
  if (language === "en") return english;
  for (const message of Object.values(messages)) {
    const values = valuesOf(message, english);
    if (values === null) continue;
    return renderMessage(
      message,
      language,
      Object.fromEntries(
        values.map(([name, value]) => [name, localNumber(value, language) ?? databaseText(value, messages, language)]),
      ),
    );
  }
  return english;
}

/** What stands in a text for each placeholder of a message's English; null when it is another text. */
function valuesOf([pattern]: Message, english: string): [name: string, value: string][] | null {
  if (!pattern.includes("{")) return pattern === english ? [] : null;
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const source = pattern.split(/\{\w+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+?)");
  const found = new RegExp(`^${source}$`).exec(english);
  return found === null ? null : names.map((name, place) => [name, found[place + 1] ?? ""]);
}

/** A decimal number with as many digits as it has, the way a language writes it; null for anything else. */
function localNumber(text: string, language: Language): string | null {
  const number = /^-?\d+(?:\.(\d+))?$/.exec(text);
  if (number === null) return null;
  const digits = number[1]?.length ?? 0;
  return Number(text).toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
