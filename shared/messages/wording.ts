import type { z } from "zod";
import { Catalogue } from "./catalogue.ts";
import type { Language } from "./languages.ts";
import { titles } from "./titles.ts";

/** How messages are said in a language. */
export interface Wording {
  language: Language;
  /** A title of the contract. */
  title(english: string): string;
  /** A sentence such as `Cannot chat: there is no such conversation`; in English where it, or half of it, has no translation. */
  say(english: string): string;
  /** What was wrong with a value, in a schema's own words. */
  state(english: string): string;
  /** What is wrong with a value, where the schema leaves the words to zod; null = as zod says it in English. */
  issue: z.core.$ZodErrorMap | null;
}

/** English: everything as it was written. */
export const english: Wording = { language: "en", title: same, say: same, state: same, issue: null };

const loaded = new Map<Language, Promise<Wording>>();

/** The wording of a language. Loaded when it is first needed, so that nobody pays for it who speaks English. */
export function wordingOf(language: Language): Promise<Wording> {
  if (language === "en") return Promise.resolve(english);
  const known = loaded.get(language);
  if (known !== undefined) return known;
  const loading = load(language);
  loaded.set(language, loading);
  return loading;
}

async function load(language: Exclude<Language, "en">): Promise<Wording> {
  const [[{ acts }, { states }], { z }] = await Promise.all([catalogues[language](), import("zod")]);
  return {
    ...wording(language, new Catalogue(acts), new Catalogue(states)),
    issue: z.locales[language]().localeError,
  };
}

const catalogues = {
  de: () => Promise.all([import("./german/acts.ts"), import("./german/states.ts")]),
  fr: () => Promise.all([import("./french/acts.ts"), import("./french/states.ts")]),
  es: () => Promise.all([import("./spanish/acts.ts"), import("./spanish/states.ts")]),
};

function wording(
  language: Exclude<Language, "en">,
  acts: Catalogue,
  states: Catalogue,
): Omit<Wording, "issue"> {
  return {
    language,
    title: (text) => titles[language][text] ?? text,
    state: (text) => states.translate(text) ?? text,
    say(text) {
      const at = text.indexOf(": ");
      if (at < 0) return acts.translate(text) ?? text;
      const [act, state] = [acts.translate(text.slice(0, at)), states.translate(text.slice(at + 2))];
      return act === null || state === null ? text : `${act}${language === "fr" ? " :" : ":"} ${state}`;
    },
  };
}

function same(text: string): string {
  return text;
}
