/** Words that say nothing about what a text is about, in the languages Signalbox speaks. */
const STOP_WORDS = new Set(
  ("a about after again all also am an and any are as at be because been before being between but by can could did do does doing " +
    "down during each few for from further had has have having he her here hers him his how i if in into is it its itself just me " +
    "more most my myself no nor not now of off on once only or other our out over own same she should so some such than that the " +
    "their them then there these they this those through to too under until up very was we were what when where which while who " +
    "whom why will with would you your yours did didn don doesn isn wasn won ll ve re " +
    "aber alle als am an auch auf aus bei bin bis bist da damit dann das dass dein dem den der des die dies diese dieser doch du " +
    "durch ein eine einem einen einer eines er es euch für hab habe haben hat hatte ich ihm ihn ihr ihre im in ist ja kann kein " +
    "können mein mich mir mit muss nach nicht noch nun nur ob oder ohne sehr sein seine sich sie sind so über um und uns unser von " +
    "vor war warum was weil welche wenn wer wie wir wird wo wurde zu zum zur " +
    "au aux avec ce ces cette dans de du elle en est et il ils je la le les leur lui ma mais me mes mon ne nous on ou où par pas " +
    "pour que qui sa se ses son sur ta te tes ton tu un une vos votre vous " +
    "al con como cuando de del donde el ella ellos en era es esta este esto fue ha la las le lo los más me mi muy no nos o para " +
    "pero por qué que se si sin son su sus también te tu un una y ya yo").split(" "),
);

/** Endings that change a word but not what it is about, longest first: English, then what German, French and Spanish share. */
const ENDINGS: [ending: string, instead: string][] = [
  ["ations", "ate"],
  ["ation", "ate"],
  ["ments", "ment"],
  ["ingly", ""],
  ["ungen", "ung"],
  ["ies", "y"],
  ["ied", "y"],
  ["ing", ""],
  ["edly", ""],
  ["sses", "ss"],
  ["ern", ""],
  ["ed", ""],
  ["en", ""],
  ["er", ""],
  ["em", ""],
  ["es", ""],
  ["ly", ""],
  ["s", ""],
  ["e", ""],
];

/**
 * The words of a text that say what it is about, reduced to their stems, in order. Scripts without blanks are cut into pairs of
 * letters.
 */
export function contentWords(text: string): string[] {
  const words = text.normalize("NFKC").toLowerCase().match(WORD) ?? [];
  return words.flatMap((word) => UNSPACED.test(word) ? pairs(word) : STOP_WORDS.has(word) ? [] : [stem(word)]);
}

const WORD = /[\p{L}\p{N}]+/gu;
const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/;

function pairs(word: string): string[] {
  const letters = [...word];
  return letters.length === 1 ? letters : letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
}

/** Stems of words seen so far: people say the same words again and again. */
const stems = new Map<string, string>();
const MOST_STEMS = 20_000;

function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const made = makeStem(word);
  if (stems.size >= MOST_STEMS) stems.clear();
  stems.set(word, made);
  return made;
}

function makeStem(word: string): string {
  const plain = word.normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll("ß", "ss");
  if (plain.length <= 3 || /\d/.test(plain)) return plain;
  for (const [ending, instead] of ENDINGS) {
    if (!plain.endsWith(ending) || plain.length - ending.length < 3 || (ending === "s" && /(ss|us|is)$/.test(plain))) {
      continue;
    }
    const cut = plain.slice(0, -ending.length) + instead;
    return cut.length > 4 && /([^lsz])\1$/.test(cut) ? cut.slice(0, -1) : cut.replace(/(?<=.{4})e$/, "");
  }
  return plain;
}
