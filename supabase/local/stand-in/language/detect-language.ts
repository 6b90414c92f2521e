import { words } from "./words.ts";

/** Languages the stand-in can write. */
export type Language = "en" | "de" | "es" | "fr" | "it" | "zh";

// Words that the others do not have.
const marks: Record<Exclude<Language, "zh">, Set<string>> = {
  en: new Set(
    "the and is are of to with for this that have what how you your please from not it in we was would hello thanks"
      .split(" "),
  ),
  de: new Set(
    "der die das und ist nicht ein eine mit für auf wir ich sie bitte wie was von den dem zu im haben sind wird bei hallo danke guten"
      .split(" "),
  ),
  es: new Set(
    "el los las y es por para con una que está como qué cuál del se muy pero son cómo hola gracias".split(" "),
  ),
  fr: new Set(
    "le les des et est pour dans avec une que vous nous pas sur du au quel quelle sont ce cette bonjour merci".split(
      " ",
    ),
  ),
  it: new Set(
    "il gli che è per con una non di della sono come quale del nel questo questa perché buongiorno grazie ciao".split(
      " ",
    ),
  ),
};

/** The language a text is most likely written in; English when it does not show. */
export function detectLanguage(text: string): Language {
  if (/[\p{Script=Han}]/u.test(text) && !/[\p{Script=Latin}]{12}/u.test(text)) return "zh";
  const counts: [Language, number][] = [];
  const found = words(text.slice(0, 4_000));
  for (const [language, mark] of Object.entries(marks)) {
    counts.push([language as Language, found.filter((word) => mark.has(word)).length]);
  }
  if (/[äöüß]/.test(text)) counts.push(["de", 1 + (counts.find(([language]) => language === "de")?.[1] ?? 0)]);
  const [best, count] = counts.reduce((a, b) => b[1] > a[1] ? b : a);
  return count === 0 ? "en" : best;
}

const names: Record<string, Language> = {
  ...{ english: "en", englisch: "en", german: "de", deutsch: "de", spanish: "es", spanisch: "es", español: "es" },
  ...{
    french: "fr",
    französisch: "fr",
    français: "fr",
    italian: "it",
    italienisch: "it",
    italiano: "it",
    chinese: "zh",
  },
  ...{ en: "en", de: "de", es: "es", fr: "fr", it: "it", zh: "zh" },
};

/** The language that instructions ask the answer to be in, as a name or BCP 47 tag; null when they leave it open. */
export function requestedLanguage(instructions: string): Language | null {
  const requests = instructions.matchAll(
    /(?:answer|reply|respond|write|output|language|sprache|antworte|schreibe?)([^.\n]{0,70})/giu,
  );
  for (const [, words = ""] of requests) {
    for (const [, name = ""] of words.matchAll(/(?:\b(?:in|auf|en|is|ist|code)\b|[:=])\s*["']?(\p{L}{2,12})/giu)) {
      const language = names[name.toLowerCase()];
      if (language !== undefined) return language;
    }
  }
  return null;
}
