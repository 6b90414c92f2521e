/** Words so frequent that they say nothing, of the languages Signalbox speaks. */
const EMPTY = new Set(
  ("the a an and or but if of to in on at by for with from as is are was were be been am it its this that these those i you he she we " +
    "they me my your our their his her us them not no do does did have has had will would can could should may might what which who when " +
    "where how why there here so than then very just also about into over out up down please thanks thank yes ok hello hi " +
    "der die das den dem des ein eine einen einem einer und oder aber wenn von zu im in am an auf für mit aus bei nach als ist sind war " +
    "waren sein ich du er sie es wir ihr mich mir mein meine dein unser unsere euch uns nicht kein keine haben hat hatte wird werden kann " +
    "können soll was wer wie wo wann warum auch noch nur schon sehr so dann da bitte danke ja nein hallo " +
    "le la les un une des du de et ou mais si à au aux en dans sur par pour avec sans ce cet cette ces je tu il elle nous vous ils elles " +
    "mon ma mes ton votre notre ne pas est sont était être avoir ai as a avons avez ont que qui quoi où quand comment pourquoi merci oui non " +
    "bonjour el los las una unos unas y o pero si del al en con sin por para como es son era ser estar yo tú él ella nosotros vosotros ellos " +
    "mi mis tu su sus nuestro no se lo que quién cuándo dónde cómo gracias sí hola muy más").split(" "),
);

/** The words that say most about a text: by how often they are said, longer ones first among equals. */
export function keyWords(text: string, most: number): string[] {
  const counts = new Map<string, { word: string; count: number }>();
  for (const [word] of text.matchAll(/\p{L}[\p{L}\p{N}-]{3,}/gu)) {
    const key = word.toLowerCase();
    if (EMPTY.has(key)) continue;
    const stem = key.slice(0, 6);
    const known = counts.get(stem);
    if (known === undefined) counts.set(stem, { word, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()]
    .sort((one, other) => other.count - one.count || other.word.length - one.word.length)
    .slice(0, most).map(({ word }) => word);
}

/** Sentences of a text, in order. */
export function sentencesOf(text: string): string[] {
  return (text.replace(/\s+/g, " ").match(/[^.!?。！？]+[.!?。！？]*/g) ?? []).map((sentence) => sentence.trim())
    .filter((sentence) => /\p{L}/u.test(sentence));
}
