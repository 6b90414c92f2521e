import type { Evidence } from "../language/evidence.ts";

/** Looks of things, with the words of other languages that mean them. */
const attributes: [field: RegExp, words: Record<string, string>][] = [
  [/colou?r|farbe/i, {
    ...{ grey: "grey gray grau\\w* gris", white: "white weiß\\w* blanco blanc", black: "black schwarz\\w* negro noir" },
    ...{
      beige: "beige cream creme",
      brown: "brown braun\\w* marrón",
      red: "red rot\\w* rojo rouge",
      blue: "blue blau\\w* azul bleu",
    },
    ...{
      green: "green grün\\w* verde vert",
      yellow: "yellow gelb\\w* amarillo jaune",
      anthracite: "anthracite anthrazit\\w*",
    },
    ...{ natural: "natural natur", gold: "gold\\w*", silver: "silver silber\\w*", orange: "orange", pink: "pink rosa" },
  }],
  [/finish|surface|oberfläche/i, {
    ...{
      matt: "matte? mattiert",
      glossy: "gloss\\w* glänzend\\w*",
      polished: "polished poliert\\w*",
      brushed: "brushed gebürstet\\w*",
    },
    ...{
      oiled: "oiled geölt\\w*",
      honed: "honed geschliffen",
      satin: "satin\\w* satiniert\\w*",
      glazed: "glazed glasiert\\w*",
    },
    ...{
      lacquered: "lacquered lackiert\\w*",
      rough: "rough rau\\w*",
      smooth: "smooth glatt\\w*",
      textured: "textured strukturiert\\w*",
    },
  }],
];

/** The look that a field of this name asks for, in English; null when the input names none or the field asks for something else. */
export function findAttribute(name: string, { text }: Evidence): string | null {
  const wanted = attributes.find(([field]) => field.test(name))?.[1];
  if (wanted === undefined) return null;
  let best: { name: string; at: number } | null = null;
  for (const [value, words] of Object.entries(wanted)) {
    const at = text.search(new RegExp(`(?<!\\p{L})(?:${words.replaceAll(" ", "|")})(?!\\p{L})`, "iu"));
    if (at >= 0 && (best === null || at < best.at)) best = { name: value, at };
  }
  return best?.name ?? null;
}

/** Whether a field asks for a look, so that nothing else may stand in it. */
export function asksAttribute(name: string): boolean {
  return attributes.some(([field]) => field.test(name));
}
