import assert from "node:assert/strict";
import { complexity, explainComplexity } from "./complexity.ts";

Deno.test("complexity() scores every text between 0 and 1, the empty one too", () => {
  for (
    const text of ["", " ", "?", "a", "\n\n\n", "🚂", "x".repeat(100_000), "7 ".repeat(50_000), "日本語の質問です。"]
  ) {
    const { score } = complexity(text);
    assert.ok(score > 0 && score < 1, `${text.slice(0, 20)} scored ${score}`);
  }
});

Deno.test("complexity() gives the same answer for the same text", () => {
  const text =
    "Which of the following is not a cost of holding inventory?\nA. Rent\nB. Interest\nC. Sales tax\nD. Insurance";
  assert.deepEqual(complexity(text), complexity(text));
});

const pairs = [
  [
    "Hallo!",
    "Vergleiche Schritt für Schritt drei Lieferanten nach Preis, Laufzeit und Haftung, wenn der Rabatt nur bei 40 Stück gilt.",
  ],
  [
    "Translate to German: thank you",
    "If neither clause applies unless both parties agree, which of the remaining obligations survive, and why not the others?",
  ],
  [
    "Wie heißt der Kunde?",
    "Ein Kunde zahlt 3 Raten, jede 20 % kleiner als die vorige. Wie hoch ist die letzte, wenn die Summe 8.400 € beträgt?",
  ],
] as const;

for (const [easy, hard] of pairs) {
  Deno.test(`complexity() ranks "${hard.slice(0, 30)}…" above "${easy}"`, () => {
    assert.ok(complexity(hard).score > complexity(easy).score + 0.05);
  });
}

Deno.test("complexity() reads beginning and end of a long text, and its length", () => {
  const text = (middle: string) => `Summarise this. ${"lorem ".repeat(2_000)}${middle}${"ipsum ".repeat(2_000)}`;
  assert.equal(complexity(text("prove it")).score, complexity(text("        ")).score);
  assert.notEqual(complexity(text("")).score, complexity(text("x".repeat(100_000))).score);
});

Deno.test("complexity() names features, never words of the text", () => {
  const { features } = complexity("Patient Müller was not told which of the following drugs he was given.");
  const names = Object.keys(features);
  assert.ok(names.length > 0 && names.length <= 6);
  for (const name of names) assert.match(name, /^(length|structure|maths|wording|words|open)\b|^(phrases|language)$/);
});

Deno.test("complexity() lists the largest contribution first", () => {
  const sizes = Object.values(complexity("Which is not true? Explain why, step by step.").features).map(Math.abs);
  assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a));
});

Deno.test("explainComplexity() adds up to the score", () => {
  const text = "If a train leaves at 9 and travels 120 km in 2 hours, what is its average speed?";
  const { score, features } = explainComplexity(text);
  const empty = explainComplexity("");
  const sum = (parts: Record<string, number>) => Object.values(parts).reduce((total, part) => total + part, 0);
  const logit = (share: number) => Math.log(share / (1 - share));
  const difference = logit(score) - logit(empty.score);
  assert.ok(Math.abs(difference - (sum(features) - sum(empty.features))) < 0.05);
});

Deno.test("explainComplexity() names the phrases of the text that moved the score", () => {
  const { phrases } = explainComplexity("Which of the following statements is true?");
  const names = Object.keys(phrases);
  assert.ok(names.includes("which of"));
  for (const name of names) assert.ok("which of the following statements is true".includes(name));
});
