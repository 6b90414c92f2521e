import assert from "node:assert/strict";
import { countWordGroups } from "./count-word-groups.ts";
import { readLanguage } from "./language.ts";
import { readText } from "./read-text.ts";
import { shapeFeatures } from "./shape-features.ts";

const featuresOf = (text: string) => shapeFeatures(readText(text));

/** The count behind a feature that is stored as `ln(1 + n)`. */
const countOf = (text: string, feature: string) => Math.round(Math.expm1(featuresOf(text)[feature] ?? NaN));

const counted: [feature: string, text: string, count: number][] = [
  ["length.characters", "Guten Tag", 9],
  ["length.words", "Guten Tag, Frau O’Neill!", 4],
  ["length.sentences", "Eins. Zwei? Drei!\nVier", 4],
  ["length.sentences", "On 3.5.2026 it was 12.50", 1],
  ["structure.lines", "a\nb\nc", 2],
  ["structure.list_items", "- one\n2. two\n • three\nfour - no", 3],
  ["structure.choices", "Pick one:\nA. red\nB) blue\n(C) green\nDon't.", 3],
  ["structure.short_choices", "A. 12\nB. a choice that is much longer than a number", 1],
  ["structure.code_fences", "```ts\nlet a = 1\n```", 2],
  ["structure.table_rows", "| a | b |\n|---|---|\n| 1 | 2 |\nScenario 1 | not a table", 3],
  ["structure.json_keys", '{"name": "x", "price": 3}', 2],
  ["structure.questions", "Wer? Wo？", 2],
  ["structure.blanks", "The ____ is ...", 2],
  ["structure.links", "https://example.org or a@b.de", 2],
  ["structure.capitals", "The EU and the USA, ÖBB too, I not", 3],
  ["maths.numbers", "3 mal 12,50 und 7", 3],
  ["maths.decimals", "3 mal 12,50 und 7", 1],
  ["maths.equals", "x = 3 ≈ y", 2],
  ["maths.latex", "\\frac{1}{2} and $x^2$", 2],
  ["maths.percent", "5 % or 10 percent or 3 Prozent", 3],
  ["maths.money", "$5, 12 €, 3 EUR", 3],
  ["words.negation", "Das ist nicht gut und keine Lösung", 2],
  ["words.negation", "This is not good and no solution", 2],
  ["words.negation", "Ce n’est pas une bonne idée et je ne veux jamais le faire", 3],
  ["words.negation", "Esta no es la solución que se busca sin datos, ni nunca", 3],
];

for (const [feature, text, count] of counted) {
  Deno.test(`${feature} of ${JSON.stringify(text.slice(0, 40))} is ${count}`, () => {
    assert.equal(countOf(text, feature), count);
  });
}

Deno.test("shapeFeatures() gives every text the same finite features", () => {
  const names = Object.keys(featuresOf("Guten Tag"));
  for (const text of ["", "\n", "?".repeat(20_000), "| ".repeat(9_000), "ß".repeat(50)]) {
    const features = featuresOf(text);
    assert.deepEqual(Object.keys(features), names);
    for (const [name, value] of Object.entries(features)) assert.ok(Number.isFinite(value), `${name} is ${value}`);
  }
});

Deno.test("shapeFeatures() gives open questions slopes of their own", () => {
  const open = featuresOf("How many apples are left?");
  const closed = featuresOf("How many apples are left?\nA. 1\nB. 2\nC. 3");
  assert.equal(open["open.length.words"], open["length.words"]);
  assert.equal(closed["open.length.words"], 0);
});

Deno.test("shapeFeatures() extrapolates the counts of a long text from its sample", () => {
  const exact = Math.log1p(30_000);
  const estimated = featuresOf("word ".repeat(30_000))["length.words"] ?? NaN;
  assert.ok(Math.abs(exact - estimated) < 0.01);
});

const languages = [
  ["en", "the price of the order is not what we agreed"],
  ["de", "der Preis der Bestellung ist nicht das, was wir vereinbart haben"],
  ["fr", "le prix de la commande n'est pas dans le contrat que nous avons"],
  ["es", "el precio del pedido no es lo que está en el contrato"],
  [null, "parquet oak 14mm 2200x180"],
] as const;

for (const [language, text] of languages) {
  Deno.test(`readLanguage() takes "${text.slice(0, 25)}…" for ${language ?? "no language it knows"}`, () => {
    assert.equal(readLanguage(readText(text).words).language, language);
  });
}

Deno.test("countWordGroups() uses the lists of the text's language", () => {
  assert.equal(countWordGroups(["war"], "en").history, 1);
  assert.equal(countWordGroups(["war"], "de").history, 0);
  assert.equal(countWordGroups(["kündigungsfrist", "vertragsstrafe"], "de").law, 2);
});
