import { type Evidence, fieldKey } from "../language/evidence.ts";
import { nameWords, stem, stems } from "../language/words.ts";
import type { Json } from "../wire/prompt.ts";
import { degree } from "./degrees.ts";
import type { Finding, Slot } from "./finding.ts";

/** Whether a number field asks how sure the answer is. */
export function asksConfidence({ name }: Slot): boolean {
  return /confiden|certain|sureness|konfidenz|sicherheitsgrad/i.test(name);
}

/** A number for a field: one the input gives under that name, else a degree within the field's bounds, else any number of the input. */
export function findNumber(schema: Json, slot: Slot, evidence: Evidence): Finding<number> {
  const { value, clarity } = named(slot, evidence) ?? rated(schema, slot, evidence) ?? any(evidence);
  return { value: withinBounds(value, schema), clarity };
}

/** Moves a number to the nearest one that the schema's bounds, step and type allow. */
export function withinBounds(value: number, schema: Json): number {
  const step = numberOf(schema["multipleOf"]) ?? (schema["type"] === "integer" ? 1 : null);
  const gap = step ?? 1e-6;
  const least = maximumOf(numberOf(schema["minimum"]), plus(numberOf(schema["exclusiveMinimum"]), gap));
  const most = minimumOf(numberOf(schema["maximum"]), plus(numberOf(schema["exclusiveMaximum"]), -gap));
  const bounded = Math.min(most ?? Infinity, Math.max(least ?? -Infinity, value));
  if (step === null) return Number(bounded.toFixed(6));
  const stepped = Math.round(bounded / step) * step;
  if (least !== null && stepped < least) return Number((Math.ceil(least / step) * step).toFixed(6));
  if (most !== null && stepped > most) return Number((Math.floor(most / step) * step).toFixed(6));
  return Number(stepped.toFixed(6));
}

function named({ name }: Slot, { fields, sentences }: Evidence): Finding<number> | null {
  const stated = fields.get(fieldKey(name));
  if (typeof stated === "number") return { value: stated, clarity: 0.95 };
  if (typeof stated === "string" && /\d/.test(stated)) return { value: readNumber(stated), clarity: 0.9 };
  const measured = inUnit(name, sentences.join("\n"));
  if (measured !== null) return { value: measured, clarity: 0.9 };
  const wanted = nameWords(name).map(stem).filter((key) => key.length > 2);
  if (wanted.length === 0) return null;
  for (const sentence of sentences) {
    if (!/\d/.test(sentence) || !wanted.some((key) => stems(sentence).includes(key))) continue;
    return { value: nearest(sentence, wanted), clarity: 0.8 };
  }
  return null;
}

const units: Record<string, string> = {
  ...{
    mm: "mm",
    cm: "cm",
    m: "m|meters?|meter",
    kg: "kg",
    g: "g|grams?|gramm",
    percent: "%|percent|prozent",
    watts: "w|watts?",
  },
  ...{
    eur: "€|eur|euros?",
    usd: "\\$|usd|dollars?",
    days: "days?|tage?n?",
    weeks: "weeks?|wochen?",
    months: "months?|monate?n?",
  },
  ...{
    hours: "hours?|h|stunden?",
    minutes: "minutes?|min|minuten?",
    years: "years?|jahre?n?",
    employees: "employees|mitarbeiter\\w*",
  },
};

/** The number that stands beside the unit a field's name ends in, as 14 for `thickness_mm` in "14 mm". */
function inUnit(name: string, text: string): number | null {
  const unit = units[nameWords(name).at(-1) ?? ""];
  if (unit === undefined) return null;
  const found = new RegExp(`(\\d[\\d.,]*)\\s*(?:${unit})(?![\\p{L}])|(?:${unit})\\s*(\\d[\\d.,]*)`, "iu").exec(text);
  return found === null ? null : readNumber(found[1] ?? found[2] ?? "");
}

/** The number of a sentence that stands closest to one of the words. */
function nearest(sentence: string, wanted: readonly string[]): number {
  const tokens = sentence.split(/\s+/);
  const places = tokens.flatMap((token, index) => stems(token).some((key) => wanted.includes(key)) ? [index] : []);
  const distance = (index: number) => Math.min(...places.map((place) => Math.abs(place - index)));
  const numbers = tokens.flatMap((token, index) => /\d/.test(token) ? [{ token, far: distance(index) }] : []);
  return readNumber(numbers.sort((a, b) => a.far - b.far)[0]?.token ?? sentence);
}

function rated(schema: Json, slot: Slot, evidence: Evidence): Finding<number> | null {
  const least = numberOf(schema["minimum"]) ?? numberOf(schema["exclusiveMinimum"]);
  const most = numberOf(schema["maximum"]) ?? numberOf(schema["exclusiveMaximum"]) ?? scaleOf(slot);
  if (most === null) return null;
  const { level, clarity } = degree([slot.name, slot.about], evidence);
  const from = least ?? 0;
  return { value: from + level * (most - from), clarity };
}

/** Upper end of a scale that only the words give: "0 to 1", "0-100", or a probability. */
function scaleOf({ name, about }: Slot): number | null {
  const stated = /\b(?:0|1)\s*(?:-|–|to|bis|\.\.)\s*(1|5|10|100)\b/.exec(about);
  if (stated !== null) return Number(stated[1]);
  if (/probab|ratio|share|similarity|weight/i.test(name)) return 1;
  return /percent|score/i.test(name) ? 100 : null;
}

function any({ text }: Evidence): Finding<number> {
  const found = /-?\d[\d.,]*/.exec(text);
  return found === null ? { value: 0, clarity: 0.2 } : { value: readNumber(found[0]), clarity: 0.35 };
}

/** A number as people write it: `1,234.50`, `1.234,50`, `12,5`. */
export function readNumber(text: string): number {
  const digits = /-?\d[\d.,]*/.exec(text)?.[0].replace(/[.,]$/, "") ?? "0";
  const decimal = /[.,](\d+)$/.exec(digits);
  const bothKinds = digits.includes(".") && digits.includes(",");
  const thousands = decimal !== null && decimal[1]?.length === 3 && !bothKinds &&
    (digits.match(/[.,]/g)?.length ?? 0) >= 1;
  if (decimal === null || thousands) return Number(digits.replace(/[.,]/g, ""));
  const whole = digits.slice(0, decimal.index).replace(/[.,]/g, "");
  return Number(`${whole}.${decimal[1]}`);
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function plus(value: number | null, gap: number): number | null {
  return value === null ? null : value + gap;
}

function maximumOf(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function minimumOf(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
