import { conceptHits } from "../language/concepts.ts";
import { type Evidence, fieldKey } from "../language/evidence.ts";

/** Values that form a scale, lowest first. Letters count down: A is the best grade. */
const scales: string[][] = [
  ["none", "low", "medium", "high", "urgent", "critical"],
  ["scheduled", "low", "normal", "high", "urgent"],
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

/**
 * How high the input ranks on a scale, 0..1, and how clearly.
 *
 * @param topics What says which scale is meant, the nearest first: the field's name, its description, the prompt.
 */
export function degree(topics: readonly string[], evidence: Evidence): { level: number; clarity: number } {
  const measured = measuredLevel(topics, evidence);
  if (measured !== null) return { level: measured, clarity: 0.9 };
  const [up, down] = topics.map(poles).find((found) => found !== null) ?? otherPoles;
  const rises = up.reduce((sum, concept) => sum + conceptHits(concept, evidence.stems), 0);
  const falls = down.reduce((sum, concept) => sum + conceptHits(concept, evidence.stems), 0);
  const total = rises + falls;
  if (total === 0) return { level: 0.5, clarity: 0.35 };
  // A single word is a hint; several that agree are clear.
  const lean = (rises - falls) / (total + 1);
  return { level: 0.5 + lean / 2, clarity: Math.min(0.95, 0.5 + 0.5 * Math.abs(lean)) };
}

type Poles = readonly [up: readonly string[], down: readonly string[]];

const otherPoles: Poles = [["positive", "intent"], ["negative", "reluctance"]];

function poles(topic: string): Poles | null {
  if (/urgen|priorit|dringend|severity/i.test(topic)) return [["urgent", "negative"], ["reluctance"]];
  if (/sentiment|mood|emotion|stimmung|satisf|tone/i.test(topic)) return [["positive"], ["negative"]];
  if (/lead|intent|buy|interest|score|grade|class|temperature|convers|probab|hot/i.test(topic)) {
    return [["intent", "positive", "meeting", "pricing", "order"], ["reluctance", "negative"]];
  }
  return null;
}

const telling = ["intent", "meeting", "pricing", "order", "positive", "negative", "reluctance", "urgent", "complaint"];

/** How much a sentence gives away of what somebody wants, 0 (nothing) upwards. */
export function tellingness(keys: readonly string[]): number {
  return telling.reduce((sum, concept) => sum + conceptHits(concept, keys), 0);
}

/** A score, percentage or temperature that the input states itself, as a share of 100 (or of 10, or of 1). */
function measuredLevel(topics: readonly string[], { fields }: Evidence): number | null {
  const topic = topics.join(" ");
  // How badly something is needed, or how it was said, is no matter of how good it is.
  if (/urgen|priorit|sentiment|mood/i.test(topics[0] ?? "")) return null;
  if (!/lead|score|grade|class|temperature|intent|priorit|probab|band|hot|convers/i.test(topic)) return null;
  if (fields.get("donotcontact") === true) return 0;
  for (const name of ["p", "p_score", "score", "lead_score", "intent_score", "temperature", "probability", "rating"]) {
    const value = fields.get(fieldKey(name));
    if (typeof value !== "number" || value < 0 || value > 100) continue;
    return value <= 1 ? value : value <= 10 && name === "rating" ? value / 10 : value / 100;
  }
  const status = fields.get("status");
  return typeof status === "string" && Object.hasOwn(standing, status) ? standing[status] ?? null : null;
}

/** How far a business contact has come. */
const standing: Record<string, number> = {
  ...{ lost: 0.05, inactive: 0.15, ghosting: 0.15, bounced: 0.05, unsubscribed: 0.05 },
  ...{ new: 0.45, contacted: 0.5, interested: 0.65, qualified: 0.78, proposal_sent: 0.8, won: 0.9 },
};
