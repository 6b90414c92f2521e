/** Languages of the app, in the order of every message's texts. */
export const LANGUAGES = ["en", "de", "fr", "es"] as const;

export type Language = typeof LANGUAGES[number];

/** How each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
};

/** One text in every language; the compiler counts them. `{name}` is a placeholder, `one|many` a plural by `{count}`. */
export type Message = readonly [en: string, de: string, fr: string, es: string];

/** The texts of one part of the app. */
export type Messages = Readonly<Record<string, Message>>;

/** Keeps the keys of a part's texts as types. */
export function defineMessages<const M extends Messages>(messages: M): M {
  return messages;
}

/** A message in a language with its placeholders filled. */
export function renderMessage(
  message: Message,
  language: Language,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const text = message[LANGUAGES.indexOf(language)] ?? message[0];
  return choosePlural(text, language, values["count"])
    .replace(/\{(\w+)\}/g, (placeholder, name: string) => {
      const value = values[name];
      if (value === undefined) return placeholder;
      return typeof value === "number" ? value.toLocaleString(language) : value;
    });
}

function choosePlural(text: string, language: Language, count: string | number | undefined): string {
  const [one, many] = text.split("|");
  if (many === undefined || typeof count !== "number") return one ?? "";
  return new Intl.PluralRules(language).select(count) === "one" ? one ?? "" : many;
}

/** The first language of a browser's list that the app speaks, else English. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = LANGUAGES.find((each) => each === tag.toLowerCase().split("-")[0]);
    if (language !== undefined) return language;
  }
  return "en";
}
