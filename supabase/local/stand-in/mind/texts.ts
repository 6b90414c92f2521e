import type { Evidence } from "../language/evidence.ts";
import { overlap, rankSentences } from "../language/evidence.ts";
import type { Language } from "../language/detect-language.ts";
import { nameWords, stem, stems } from "../language/words.ts";
import type { Json } from "../wire/prompt.ts";
import { findFact } from "./facts.ts";
import type { Finding, Slot } from "./finding.ts";
import { asksAttribute, findAttribute } from "./attributes.ts";
import { findMoment } from "./times.ts";
import { listedTerms, type Sibling } from "./vocabulary.ts";
import { keyTerms, topicOf, writeMessage, writeSubject } from "./message-writer.ts";

/** What a text field is answered from. */
export interface TextSource {
  evidence: Evidence;
  language: Language;
  instructions: string;
  /** Choices already made in the same object. */
  siblings: readonly Sibling[];
  /** What the prompt lists under the values of choices. */
  vocabulary: ReadonlyMap<string, string[]>;
}

/** Text for a field, from facts, a message to be written, or the sentences of the input that fit its name and description. */
export function findText(schema: Json, slot: Slot, source: TextSource): Finding<string> {
  // "Empty if nothing should be sent", and it was just decided that nothing should.
  const isMoot = /\b(?:empty|blank|leer)\b.{0,20}\b(?:if|when|otherwise|wenn)/i.test(slot.about);
  if (isMoot && source.siblings.some(({ value }) => value === "false")) return { value: "", clarity: 0.9 };
  const formatted = byFormat(schema, slot, source);
  if (formatted !== null) return formatted;
  const found = byName(slot, source);
  return { ...found, value: fitLength(fitPattern(found.value, schema, source.evidence), schema) };
}

function byName(slot: Slot, source: TextSource): Finding<string> {
  const { evidence, language } = source;
  const { name } = slot;
  if (/^(?:language|lang|locale|sprache)$/i.test(name)) return { value: language, clarity: 0.95 };
  if (/\bwords? (?:in|of|on) the (?:image|picture|photo|scan)\b/i.test(slot.about)) return wordsOfImage(evidence.text);
  const listed = listedTerms(slot, source);
  if (listed !== null) return { value: listed[0] ?? "", clarity: listed.length > 0 ? 0.9 : 0.15 };
  if (asksAttribute(name)) {
    const look = findAttribute(name, evidence);
    return { value: look ?? "", clarity: look === null ? 0.15 : 0.9 };
  }
  const fact = findFact(name, evidence);
  if (fact !== null) return { value: fact.value, clarity: fact.stated ? 0.95 : 0.85 };
  if (
    /^(?:message|text|body|reply|draft|email_?(?:text|body)|content|response)$/i.test(name) &&
    writes(source.instructions)
  ) {
    return { value: writeMessage(evidence, language), clarity: evidence.stems.size > 4 ? 0.9 : 0.5 };
  }
  if (/subject|betreff/i.test(name)) return { value: writeSubject(evidence, language), clarity: 0.85 };
  if (/title|headline|topic|label|thema|titel/i.test(name)) return { value: capital(topicOf(evidence)), clarity: 0.85 };
  if (/keyword|tag/i.test(name)) return { value: keyTerms(evidence.text, 1)[0] ?? "", clarity: 0.8 };
  return extract(slot, source);
}

/** What the images of the input say, without what they are. */
function wordsOfImage(text: string): Finding<string> {
  const words = Array.from(text.matchAll(/^Image: \w+(?: \d+x\d+)?(.*)$/gm), ([, said = ""]) => said.trim()).join("\n");
  return { value: words, clarity: words === "" ? 0.5 : 0.9 };
}

/** The sentences of the input that fit a field, best first; how many depends on whether it asks for much. */
function extract({ name, about }: Slot, { evidence, instructions }: TextSource): Finding<string> {
  if (evidence.sentences.length === 0) return { value: "", clarity: 0 };
  const wanted = [...nameWords(name).map(stem), ...stems(about)];
  const explains = /reason|rationale|explanation|begründung|justification/i.test(name);
  const ranked = rankSentences(evidence.sentences, explains ? [...wanted, ...stems(instructions)] : wanted);
  const much = /summary|zusammenfassung|explanation|reason|rationale|description|answer|analysis|begründung|overview/i
    .test(name);
  const chosen = ranked.slice(0, much ? 2 : 1).map(({ sentence }) => sentence);
  const inOrder = evidence.sentences.filter((sentence) => chosen.includes(sentence)).slice(0, chosen.length);
  const fit = overlap(nameWords(name).map(stem), evidence.stems);
  // An explanation can always be drawn from the input; a particular fact only where its name occurs.
  return { value: inOrder.join(" "), clarity: much ? 0.8 : 0.4 + 0.5 * Math.max(fit, ranked[0]?.fit ?? 0) };
}

function writes(instructions: string): boolean {
  return /\b(?:write|draft|compose|message|reply|e-?mail|follow[- ]?up|schreibe?|verfasse|nachricht|antwort|redacta|écri)/i
    .test(instructions);
}

const formats: Record<string, (evidence: Evidence) => string> = {
  time: ({ text }) => /\b([01]?\d|2[0-3]):[0-5]\d\b/.exec(text)?.[0].padStart(5, "0").concat(":00Z") ?? "09:00:00Z",
  duration: () => "P1D",
  email: (evidence) => findFact("email", evidence)?.value ?? "unknown@example.com",
  uri: (evidence) => findFact("url", evidence)?.value ?? "https://example.com/",
  uuid: ({ text }) =>
    /[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/i.exec(text)?.[0] ??
      "00000000-0000-4000-8000-000000000000",
  hostname: (evidence) => /\/\/([^/]+)/.exec(findFact("url", evidence)?.value ?? "")?.[1] ?? "example.com",
  ipv4: ({ text }) => /\b\d{1,3}(?:\.\d{1,3}){3}\b/.exec(text)?.[0] ?? "192.0.2.1",
};

function byFormat(schema: Json, { name }: Slot, { evidence, instructions }: TextSource): Finding<string> | null {
  const format = schema["format"];
  if (format === "date-time" || format === "date") {
    const moment = findMoment(name, evidence, instructions);
    return format === "date" ? { ...moment, value: moment.value.slice(0, 10) } : moment;
  }
  const read = typeof format === "string" ? formats[format] : undefined;
  if (read === undefined) return null;
  const value = read(evidence);
  return { value, clarity: evidence.text.includes(value.slice(0, 10)) ? 0.9 : 0.3 };
}

function fitPattern(value: string, schema: Json, { text }: Evidence): string {
  const source = schema["pattern"];
  if (typeof source !== "string") return value;
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, "u");
  } catch {
    return value;
  }
  if (pattern.test(value)) return value;
  return text.split(/[\s,;"'()]+/).find((word) => word !== "" && pattern.test(word)) ?? literal(source) ?? value;
}

/** A text that a simple pattern accepts: alternatives, classes, counts and literals; null when the pattern says more. */
function literal(source: string): string | null {
  const body = source.replace(/^\^|\$$/g, "").replace(/^\(\??:?([^()]*)\)$/, "$1").split("|", 1)[0] ?? "";
  const made = body
    .replace(/\\d|\[0-9\]/g, "0").replace(/\\w|\[[a-z][^\]]*\]/g, "a").replace(/\[([A-Z])[^\]]*\]/g, "$1").replace(
      /\\(.)/g,
      "$1",
    )
    .replace(/(.)\{(\d+)(?:,\d*)?\}/g, (_, character: string, times: string) => character.repeat(Number(times)))
    .replace(/(.)[+]/g, "$1").replace(/.[*?]/g, "");
  try {
    return new RegExp(source, "u").test(made) ? made : null;
  } catch {
    return null;
  }
}

/** Shortens at a sentence or word, lengthens by saying it again. */
export function fitLength(value: string, schema: Json): string {
  const { minLength, maxLength } = { ...statedLengths(schema), ...schema };
  let fitted = value;
  if (typeof maxLength === "number" && Array.from(fitted).length > maxLength) fitted = shorten(fitted, maxLength);
  if (typeof minLength === "number") {
    while (Array.from(fitted).length < minLength) fitted += fitted === "" ? "-" : ` ${value}`;
    if (typeof maxLength === "number" && Array.from(fitted).length > maxLength) {
      fitted = Array.from(fitted).slice(0, maxLength).join("");
    }
  }
  return fitted;
}

/** Lengths that stand in the description, because the provider's strict mode knows no keyword for them. */
function statedLengths({ description }: Json): Json {
  const most = /maxLength\W{1,4}(\d+)/i.exec(String(description ?? ""))?.[1];
  const least = /minLength\W{1,4}(\d+)/i.exec(String(description ?? ""))?.[1];
  return {
    ...(most === undefined ? {} : { maxLength: Number(most) }),
    ...(least === undefined ? {} : { minLength: Number(least) }),
  };
}

function shorten(text: string, length: number): string {
  const cut = Array.from(text).slice(0, length).join("");
  const sentence = cut.search(/[.!?][^.!?]*$/);
  if (sentence > length / 2) return cut.slice(0, sentence + 1);
  const word = cut.lastIndexOf(" ");
  return word > length / 2 ? cut.slice(0, word) : cut;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
