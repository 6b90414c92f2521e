import { conceptHits, namedConcept } from "../language/concepts.ts";
import { type Evidence, fieldKey } from "../language/evidence.ts";
import { nameWords, stem, stems } from "../language/words.ts";
import { degree, risingOrder } from "./degrees.ts";
import type { Finding, Slot } from "./finding.ts";

const openValues =
  /^(?:other|others|unknown|unclassified|none|general|neutral|misc|miscellaneous|n\/?a|sonstige.*|unbekannt)$/i;

/**
 * Chooses one of several values for the input: a value the input names itself, else the one whose name, meaning and description in
 * the prompt have most in common with it, else a place on the scale that the values form.
 */
export function choose(
  values: readonly string[],
  slot: Slot,
  instructions: string,
  evidence: Evidence,
): Finding<string> {
  const stated = statedValue(values, slot, evidence);
  if (stated !== null) return { value: stated, clarity: 0.95 };
  const ranked = rank(values, slot, instructions, evidence);
  const [first, second] = ranked;
  const order = risingOrder(values);
  const rules = `${slot.about}\n${instructions}`;
  const banded = byBand(values, rules, (words) => statedScore(words, evidence));
  if (banded !== null) return { value: banded, clarity: 0.93 };
  if (order !== null) {
    const { level, clarity } = degree([slot.name, slot.about, instructions], evidence);
    const within = byBand(values, rules, () => level * 100);
    if (within !== null) return { value: within, clarity };
    const at = Math.min(order.length - 1, Math.floor(level * order.length));
    if (clarity > 0.4 || first === undefined || first.score < 2) return { value: order[at] ?? order[0] ?? "", clarity };
  }
  if (first === undefined || first.score === 0) {
    return { value: values.find((value) => openValues.test(value)) ?? values[0] ?? "", clarity: 0.25 };
  }
  const margin = (first.score - (second?.score ?? 0)) / first.score;
  // One hint is weak evidence even when nothing speaks for another value.
  const weight = Math.min(1, first.score / 2.5);
  return { value: first.value, clarity: 0.25 + 0.7 * weight * (0.35 + 0.65 * margin) };
}

/** All values that the input speaks for, clearest first. */
export function chooseSeveral(
  values: readonly string[],
  slot: Slot,
  instructions: string,
  evidence: Evidence,
): Finding<string>[] {
  return rank(values, slot, instructions, evidence)
    .filter(({ score }) => score >= 2)
    .map(({ value, score }) => ({ value, clarity: Math.min(0.95, 0.4 + score / 10) }));
}

function statedValue(values: readonly string[], slot: Slot, { fields }: Evidence): string | null {
  if (fields.get("donotcontact") === true) {
    const out = values.find((value) => /^(?:opt(?:ed)?_?out|do_?not_?contact|unsubscribed)$/i.test(value));
    if (out !== undefined) return out;
  }
  const stated = fields.get(fieldKey(slot.name));
  if (typeof stated !== "string") return null;
  return values.find((value) => fieldKey(value) === fieldKey(stated)) ?? null;
}

function rank(values: readonly string[], slot: Slot, instructions: string, evidence: Evidence) {
  const glosses = values.map((value) => new Set(stems(gloss(value, values, `${slot.about}\n${instructions}`))));
  const scored = values.map((value, index) => {
    const labels = nameWords(value).map(stem).filter((key) => key.length > 1);
    const named = labels.filter((key) => evidence.stems.has(key)).length;
    const concept = namedConcept(labels);
    const implied = concept === null ? 0 : conceptHits(concept, evidence.stems);
    let described = 0;
    for (const key of glosses[index] ?? []) {
      if (!evidence.stems.has(key)) continue;
      // What is said of every value tells them apart no more.
      described += 1 / glosses.filter((other) => other.has(key)).length;
    }
    const score = 3 * (labels.length === 0 ? 0 : (named / labels.length) ** 2) + 2 * Math.min(4, implied) +
      Math.min(6, described);
    return { value, score: openValues.test(value) ? score / 2 : score, index };
  });
  return scored.sort((a, b) => b.score - a.score || a.index - b.index);
}

/** What the prompt says about a value: the rest of lines and sentences that begin with it, until another value begins. */
function gloss(value: string, values: readonly string[], text: string): string {
  const said = text.matchAll(new RegExp(`${labelOf(value)}([^\\n;]{3,240})`, "gi"));
  const others = values.filter((other) => other !== value).map(labelOf);
  return Array.from(
    said,
    ([, rest = ""]) => others.reduce((kept, other) => kept.split(new RegExp(other, "i"), 1)[0] ?? "", rest),
  ).join(" ");
}

function labelOf(value: string): string {
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return `(?:^|[\\n;.(,])[\\s>*"'\`-]*${escaped}["'\`]?\\s*(?:[:=(]|[-–—] |means|is for|bedeutet)`;
}

/** The value whose band of numbers a score lies in: `A: score 75 or more`, or `from 75 on is A`. */
function byBand(values: readonly string[], text: string, scoreFor: (words: string) => number | null): string | null {
  for (const value of values) {
    const words = gloss(value, values, text);
    const band = bandOf(words) ?? leadingBand(value, text);
    const score = band === null ? null : scoreFor(words);
    if (band !== null && score !== null && score >= band.from && score <= band.to) return value;
  }
  return null;
}

function statedScore(words: string, { fields }: Evidence): number | null {
  for (const [key, number] of fields) {
    if (typeof number === "number" && key.length > 2 && fieldKey(words).includes(key)) return number;
  }
  return null;
}

/** A band told before its value: `from 75 on is A, from 40 on is B, below is C`. Values are tried in their order. */
function leadingBand(value: string, text: string): { from: number; to: number } | null {
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const least = new RegExp(
    `(?:from|ab)\\s+(\\d+(?:\\.\\d+)?)\\s*(?:on|up|an|and above)?\\s*(?:is|=|:|ist)\\s*["']?${escaped}\\b`,
    "i",
  ).exec(text)?.[1];
  if (least !== undefined) return { from: Number(least), to: Infinity };
  return new RegExp(`(?:below|darunter|else|otherwise)\\s*(?:is|=|:|ist)\\s*["']?${escaped}\\b`, "i").test(text)
    ? { from: -Infinity, to: Infinity }
    : null;
}

function bandOf(text: string): { from: number; to: number } | null {
  const between = /(\d+(?:\.\d+)?)\s*(?:-|–|to|bis|and|und)\s*(\d+(?:\.\d+)?)/.exec(text);
  if (between !== null) return { from: Number(between[1]), to: Number(between[2]) };
  const least =
    /(?:>=|≥|at least|from|ab|mindestens)\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*(?:or more|and more|and above|oder mehr|\+)/
      .exec(text);
  if (least !== null) return { from: Number(least[1] ?? least[2]), to: Infinity };
  const most = /(?:<=?|≤|below|under|less than|unter|weniger als)\s*(\d+(?:\.\d+)?)/.exec(text);
  return most === null ? null : { from: -Infinity, to: Number(most[1]) - (/<=|≤/.test(most[0]) ? 0 : 1e-9) };
}
