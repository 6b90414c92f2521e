const stopWords = new Set((
  // English
  "a an and are as at be been but by can could did do does for from get had has have he her him his how i if in into is it its just me " +
  "more my no not of on one or our out she so some than that the their them then there these they this to too up us very was we were " +
  "what when where which who why will with would you your please any all about also am " +
  // German
  "aber als am an auch auf aus bei bin bis bist da das dass dein dem den der des die doch du ein eine einem einen einer eines er es euch " +
  "für habe haben hat hatte ich ihm ihn ihr ihre im in ist ja kann kein keine können man mein meine mir mit nach nicht noch nur ob oder " +
  "sehr sein seine sich sie sind so über um und uns unser unsere von vor war waren was wenn wer wie wir wird wo zu zum zur bitte wurde " +
  // Spanish, French, Italian
  "el la los las un una unos unas de del y o que en es por para con su sus se lo le al como más pero está son le les des et du au aux " +
  "est sont pour dans sur avec ce cette qui que ne pas plus nous vous ils elle il di della dei delle e è per con non che gli una sono"
).split(" "));

// Longest first: only one is taken off.
const endings = [
  ...["ations", "ungen", "ation", "ments", "heit", "keit", "ings", "ment", "ness", "able", "ible", "lich", "isch"],
  ...[
    "ung",
    "ing",
    "ern",
    "est",
    "ies",
    "ied",
    "ity",
    "ous",
    "ive",
    "en",
    "er",
    "es",
    "ed",
    "em",
    "ly",
    "e",
    "n",
    "s",
    "y",
  ],
];

/** Words of a text in order, lower case; Chinese and Japanese, which put no spaces, as overlapping pairs of characters. */
export function words(text: string): string[] {
  const runs = text.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu) ?? [];
  return runs.flatMap((run) =>
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(run) ? pairs(run) : [run]
  );
}

function pairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/** Whether a word says nothing about the subject. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

/** A word without accents and its commonest ending: crude, the same for every language, and enough to find a word again. */
export function stem(word: string): string {
  const plain = word.toLowerCase().replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}|['’].*$/gu, "");
  const ending = endings.find((candidate) => plain.endsWith(candidate) && plain.length - candidate.length >= 4);
  return ending === undefined ? plain : plain.slice(0, -ending.length);
}

/** Stems of the words that carry meaning, in order, repeated as often as they occur. */
export function stems(text: string): string[] {
  return words(text).filter((word) => !isStopWord(word)).map(stem);
}

/** Words of a name such as `material_class`, `slipRating` or `A/B test`. */
export function nameWords(name: string): string[] {
  return words(name.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/[_\-./]+/g, " "));
}

/** Sentences of a text, and lines where there are no full stops. */
export function sentences(text: string): string[] {
  return text.split(/\n+|(?<=[.!?。！？])\s+|(?<=[。！？])/u).map((part) => part.trim()).filter((part) => part !== "");
}
