import { type Evidence, fieldKey } from "../language/evidence.ts";

type Reader = (evidence: Evidence) => string | null;

const months = "january|february|march|april|may|june|july|august|september|october|november|december";

/** Facts that show by their form: each reader finds one in the input, or nothing. */
const readers: [pattern: RegExp, read: Reader][] = [
  [/e-?mail/i, ({ text }) => /[\w.+-]+@[\w-]+\.[\w.-]*\w/.exec(text)?.[0] ?? null],
  [/phone|mobile|telefon|\btel/i, ({ text }) => /\+?\d[\d\s()/-]{6,}\d/.exec(text)?.[0] ?? null],
  [/url|website|link|homepage/i, ({ text }) => /https?:\/\/[^\s"'<>)]+/.exec(text)?.[0] ?? null],
  [/date|datum|deadline|\bday\b/i, readDate],
  [/slip|rutsch/i, ({ text }) => /\bR(?:9|1[0-3])\b/.exec(text)?.[0] ?? null],
  [/currency|währung/i, ({ text }) => currency(text)],
  [/company|organi[sz]ation|firma|employer|brand|manufacturer/i, ({ text }) => company(text)],
  [
    /(?:^|_|\b)(?:contact|person|customer|lead|first|last|full)?_?name$|author|sender|recipient/i,
    ({ text }) => person(text),
  ],
  [/city|location|place|ort$|address/i, ({ text }) => place(text)],
  [/\bid$|_id$|uuid|sku|number$|_no$/i, ({ text }) => identifier(text)],
];

/** A fact for a field of this name: a value the input names so, else one found by its form. Null when there is none. */
export function findFact(name: string, evidence: Evidence): { value: string; stated: boolean } | null {
  const stated = evidence.fields.get(fieldKey(name));
  if (typeof stated === "string" || typeof stated === "number") return { value: String(stated), stated: true };
  for (const [pattern, read] of readers) {
    if (!pattern.test(name)) continue;
    const value = namedLike(pattern, evidence) ?? read(evidence);
    if (value !== null) return { value, stated: false };
  }
  return null;
}

/** A person named in the input; null when none shows. */
export function personIn(evidence: Evidence): string | null {
  return findFact("contact_name", evidence)?.value ?? null;
}

/** A company named in the input; null when none shows. */
export function companyIn(evidence: Evidence): string | null {
  return findFact("company", evidence)?.value ?? null;
}

function namedLike(pattern: RegExp, { fields }: Evidence): string | null {
  for (const [key, value] of fields) if (typeof value === "string" && pattern.test(key)) return value;
  return null;
}

function readDate({ text }: Evidence): string | null {
  const iso = /\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?\b/.exec(text);
  if (iso !== null) return iso[0];
  const german = /\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b/.exec(text);
  if (german !== null) return `${german[3]}-${german[2]?.padStart(2, "0")}-${german[1]?.padStart(2, "0")}`;
  const english = new RegExp(`\\b(${months})\\s+(\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})\\b`, "i").exec(text);
  if (english === null) return null;
  const month = months.split("|").indexOf(english[1]?.toLowerCase() ?? "") + 1;
  return `${english[3]}-${String(month).padStart(2, "0")}-${english[2]?.padStart(2, "0")}`;
}

function currency(text: string): string | null {
  const code = /\b(EUR|USD|GBP|CHF|PLN|SEK|JPY)\b/.exec(text)?.[1];
  if (code !== undefined) return code;
  return text.includes("€") ? "EUR" : text.includes("$") ? "USD" : text.includes("£") ? "GBP" : null;
}

function company(text: string): string | null {
  return /\b((?:[A-ZÄÖÜ][\p{L}&.-]*\s+){0,3}(?:GmbH|AG|KG|Ltd|Inc|LLC|Corp|SA|SpA|BV|SE))\b/u.exec(text)?.[1] ??
    /\b(?:at|from|bei|von der|with)\s+((?:[A-ZÄÖÜ][\p{L}&-]+)(?:\s+[A-ZÄÖÜ][\p{L}&-]+){0,2})/u.exec(text)?.[1] ?? null;
}

function person(text: string): string | null {
  const titled =
    /\b(?:Herrn?|Frau|Mrs?\.?|Ms\.?|Dr\.?|Dear|Hi|Hello|Hallo)\s+((?:Dr\.\s+)?[A-ZÄÖÜ]\p{L}+(?:\s+[A-ZÄÖÜ]\p{L}+)?)/u
      .exec(text)?.[1];
  const introduced =
    /\b(?:my name is|i am|i'm|ich bin|ich heiße|mein name ist|me llamo|je m'appelle)\s+([A-ZÄÖÜ]\p{L}+(?:\s+[A-ZÄÖÜ]\p{L}+)?)/iu
      .exec(text)?.[1];
  return introduced ?? titled ?? /\b([A-ZÄÖÜ]\p{Ll}+\s+[A-ZÄÖÜ]\p{Ll}+)\b/u.exec(text)?.[1] ?? null;
}

function place(text: string): string | null {
  return /\b(?:in|for|at|to|from|nach|für|aus|en|à|a)\s+([A-ZÄÖÜ]\p{L}+(?:\s+[A-ZÄÖÜ]\p{L}+)?)/u.exec(text)?.[1] ??
    null;
}

function identifier(text: string): string | null {
  return /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i.exec(text)?.[0] ??
    /\b[A-Z]{1,5}[-_]?\d{2,}[\w-]*\b/.exec(text)?.[0] ?? /#?\b\d{3,}\b/.exec(text)?.[0]?.replace("#", "") ?? null;
}
