const SCRIPTS: [language: string, script: RegExp][] = [
  ["ja", /[\u3040-\u30ff]/g],
  ["ko", /[\uac00-\ud7af]/g],
  ["th", /[\u0e00-\u0e7f]/g],
  ["zh", /[\u4e00-\u9fff]/g],
  ["ru", /[\u0400-\u04ff]/g],
  ["ar", /[\u0600-\u06ff]/g],
  ["el", /[\u0370-\u03ff]/g],
];

/** Words so frequent that a few lines of a language hold several, and hardly any of another. */
const FREQUENT: Record<string, string> = {
  en: "the of and a to in is was for that with as by on from are it this which were be at or has have an not",
  de:
    "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach bei wurde",
  es: "de la que el en y a los se del las un por con una su para es como más fue al lo sus o este entre",
  fr: "de la le et les des en un du une que est pour qui dans au par sur plus pas ne ce il sont avec aux",
  it: "di e il la che in per un una del è con non sono della si da nel alla come dei le gli",
  nl: "de van het een en in is dat op te zijn met voor niet aan er om ook als bij door naar",
  pt: "de a o que e do da em um para com não uma os no se na por mais as dos como foi",
};
const WORDS = Object.entries(FREQUENT).map(([language, words]) => [language, new Set(words.split(" "))] as const);

/** BCP 47 language of a text by its script and its most frequent words; null when too little speaks for one. */
export function detectLanguage(text: string): string | null {
  const sample = text.slice(0, 5_000);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return null;
  for (const [language, script] of SCRIPTS) {
    // Japanese is told by its own signs, of which a text has fewer than of Chinese ones.
    if ((sample.match(script)?.length ?? 0) > letters * (language === "ja" ? 0.1 : 0.3)) return language;
  }
  const words = wordsInside(sample);
  const counted = WORDS.map(([language, known]) => ({
    language,
    count: words.filter((word) => known.has(word)).length,
  }))
    .sort((one, other) => other.count - one.count);
  const [first, second] = counted;
  if (first === undefined || second === undefined || first.count < 2 || first.count < words.length * 0.08) return null;
  return first.count >= second.count * 1.2 ? first.language : null;
}

/** Words but for names, which bring words of other languages with them (Los Angeles, La Roche). */
function wordsInside(text: string): string[] {
  const all = text.match(/\p{L}+/gu) ?? [];
  const sentences = text.replace(/(?:^|[.!?\n])\P{L}*\p{Lu}/gu, (start) => start.toLowerCase());
  const small = (sentences.match(/\p{L}+/gu) ?? []).filter((word) => word === word.toLowerCase());
  return small.length >= all.length / 4 ? small : all.map((word) => word.toLowerCase());
}
