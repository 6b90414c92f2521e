/** Words that turn a question round. */
const NEGATIONS = new Set([
  ..."no not never none nobody nothing neither nor without cannot except unless".split(" "),
  ..."nicht kein keine keinen keinem keiner keines nie niemals ohne nichts niemand außer".split(" "),
  ..."ne pas jamais rien aucun aucune sans non ningún ninguno ninguna nunca nada sin".split(" "),
]);
/** Words that say what is asked for; those of one line ask for the same. */
const INTERROGATIVES = new Map(
  [
    "what which was welche welcher welches welchen welchem qué que cuál cuáles quoi quel quelle quels quelles",
    "who whom wer wen wem quién quiénes qui",
    "whose wessen",
    "when wann cuándo quand",
    "where wo wohin woher dónde où",
    "why warum wieso weshalb por pourquoi",
    "how wie cómo comment",
    "many much wieviel wieviele viele cuánto cuánta cuántos cuántas combien",
  ].flatMap((line) => line.split(" ").map((word, _, [first = ""]) => [word, first] as const)),
);
const WORD = /[\p{L}\p{M}]+(?:['’]\p{L}+)?/gu;
const QUOTED = /"([^"]+)"|“([^”]+)”|„([^“]+)“|«([^»]+)»|`([^`]+)`/g;
/** A run of letters and digits with what joins them, a digit among them: 14, 3.5, 2026-11-27, DN40, A-17/B. */
const FIGURE = /[\p{L}\d]*\d[\p{L}\d]*(?:[.,:/-][\p{L}\d]+)*/gu;
/** A word with a capital that no sentence begins with: a name, a code, in German a noun. */
const NAME = /(?<=[\p{L}\d,;)] +[("'„“]*)\p{Lu}[\p{L}\p{M}]*/gu;

/**
 * What tells a question from others of nearly the same words: figures, names, quotations, what is asked for, and whether it is turned
 * round by a negation. Vectors hardly see them: "14 mm" is near "15 mm", "with" near "without", "when" near "how". A guard
 * that is too strict costs a call, one that is too loose a wrong answer.
 */
export function marksOf(text: string): string[] {
  const composed = text.normalize("NFKC");
  const words = [...composed.toLowerCase().matchAll(WORD)].map(([word]) => word);
  const negations = words.filter((word) => NEGATIONS.has(word) || /n['’]t$/.test(word)).map(() => "not");
  const asked = words.flatMap((word) => INTERROGATIVES.get(word) ?? []);
  const figures = [...composed.matchAll(FIGURE)].map(([figure]) => figure.toLowerCase());
  const quotations = [...composed.matchAll(QUOTED)].map(([, ...parts]) =>
    parts.find((part) => part !== undefined) ?? ""
  );
  return [...figures, ...namesIn(composed), ...quotations, ...asked, ...negations];
}

/** In any order: it is the same question. Where everything is in capitals, capitals say nothing. */
function namesIn(text: string): string[] {
  if (text === text.toUpperCase()) return [];
  return [...text.matchAll(NAME)].map(([name]) => name)
    .filter((name) => name !== "I" && !INTERROGATIVES.has(name.toLowerCase())).sort();
}
