import { conceptHits } from "../language/concepts.ts";
import { type Evidence, fieldKey } from "../language/evidence.ts";

/** Values that form a scale, lowest first. Letters count down: A is the best grade. */
const scales: string[][] = [
  ["none", "low", "medium", "high", "urgent", "critical"],
  ["low", "normal", "high", "urgent"],
  ["low", "moderate", "high"],
  ["niedrig", "mittel", "hoch"],
  ["cold", "cool", "warm", "hot"],
  ["negative", "neutral", "positive"],
  ["very_negative", "negative", "neutral", "positive", "very_positive"],
  ["poor", "fair", "good", "excellent"],
  ["f", "e", "d", "c", "b", "a"],
  ["down", "flat", "up"],
];

/** The values of an enumeration in rising order; null when they are no scale. */
export function risingOrder(values: readonly string[]): string[] | null {
  if (values.length < 2) return null;
  const keys = values.map((value) => value.toLowerCase());
  for (const scale of scales) {
    if (!keys.every((key) => scale.includes(key))) continue;
    return values.toSorted((a, b) => scale.indexOf(a.toLowerCase()) - scale.indexOf(b.toLowerCase()));
  }
  return null;
}

/** How high the input ranks on the scale that the words around it name, 0..1, and how clearly. */
export function degree(topic: string, evidence: Evidence): { level: number; clarity: number } {
  const measured = measuredLevel(topic, evidence);
  if (measured !== null) return { level: measured, clarity: 0.9 };
  const [up, down] = poles(topic);
  const rises = up.reduce((sum, concept) => sum + conceptHits(concept, evidence.stems), 0);
  const falls = down.reduce((sum, concept) => sum + conceptHits(concept, evidence.stems), 0);
  const total = rises + falls;
  if (total === 0) return { level: 0.5, clarity: 0.35 };
  // A single word is a hint; several that agree are clear.
  const lean = (rises - falls) / (total + 1);
  return { level: 0.5 + lean / 2, clarity: Math.min(0.95, 0.5 + 0.5 * Math.abs(lean)) };
}

function poles(topic: string): [string[], string[]] {
  if (/urgen|priorit|dringend|severity/i.test(topic)) return [["urgent", "negative"], ["reluctance"]];
  if (/sentiment|mood|emotion|stimmung|satisf|tone/i.test(topic)) return [["positive"], ["negative"]];
  if (/lead|intent|buy|interest|score|grade|class|temperature|convers|probab|hot/i.test(topic)) {
    return [["intent", "positive", "meeting", "pricing", "order"], ["reluctance", "negative"]];
  }
  return [["positive", "intent"], ["negative", "reluctance"]];
}

/** A score, percentage or temperature that the input states itself, as a share of 100 (or of 10, or of 1). */
function measuredLevel(topic: string, { fields }: Evidence): number | null {
  if (!/lead|score|grade|class|temperature|intent|priorit|probab|band|hot|convers/i.test(topic)) return null;
  for (const name of ["p_score", "score", "lead_score", "intent_score", "temperature", "probability", "rating"]) {
    const value = fields.get(fieldKey(name));
    if (typeof value !== "number" || value < 0 || value > 100) continue;
    return value <= 1 ? value : value <= 10 && name === "rating" ? value / 10 : value / 100;
  }
  return null;
}
