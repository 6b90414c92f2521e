/** Languages the model knows by their function words. */
export type Language = "en" | "de" | "fr" | "es";

const functionWords: Record<Language, ReadonlySet<string>> = {
  en: new Set(
    "the of and to in is that for it as was with be by on are this from or an at which have has had not but were they their its you we he she his her will would can could if there what when who how do does did been than then these those into out about your our my me us i a"
      .split(" "),
  ),
  de: new Set(
    "der die das und ist in den von zu mit sich des auf für nicht ein eine einen einem einer eines dem im es an als auch aus bei nach wie wird werden wurde sind war hat haben oder aber wenn dass ich du wir ihr sie er man noch nur mehr über vor zum zur um bis durch kann uns unser unsere mir mich bitte welche welcher welches was wer"
      .split(" "),
  ),
  fr: new Set(
    "le la les de des du un une et est en que qui dans pour pas sur avec au aux ce cette ces son sa ses il elle ils elles nous vous je tu ne se par plus ou mais où si leur leurs été être avoir fait sont était ont quel quelle comme d l qu n s j c"
      .split(" "),
  ),
  es: new Set(
    "el la los las de del un una unos unas y en que es por con para no se al lo su sus como más pero o si este esta estos estas ha han fue ser está son era muy también entre sobre sin cuando donde quién cuál qué me mi tu le les nos yo"
      .split(" "),
  ),
};

const languages = Object.keys(functionWords) as Language[];

/** What the function words of a text say. */
export interface LanguageReading {
  /** The language with most function words; null when there are hardly any (other languages, tables, code). */
  language: Language | null;
  /** Share of words that are function words of that language, 0 to 1. */
  functionShare: number;
}

/** The language of a list of lower-case words. */
export function readLanguage(words: readonly string[]): LanguageReading {
  const counts = { en: 0, de: 0, fr: 0, es: 0 };
  for (const word of words) {
    for (const language of languages) if (functionWords[language].has(word)) counts[language] += 1;
  }
  let best: Language = "en";
  for (const language of languages) if (counts[language] > counts[best]) best = language;
  const functionShare = counts[best] / Math.max(words.length, 1);
  return { language: functionShare < 0.1 ? null : best, functionShare };
}
