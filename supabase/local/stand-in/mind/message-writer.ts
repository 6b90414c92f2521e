import type { Language } from "../language/detect-language.ts";
import type { Evidence } from "../language/evidence.ts";
import { fieldKey } from "../language/evidence.ts";
import { conceptsOf } from "../language/concepts.ts";
import { isStopWord, stem, words } from "../language/words.ts";
import { companyIn, personIn } from "./facts.ts";

interface Phrases {
  greeting: (name: string | null) => string;
  about: (topic: string, company: string | null) => string;
  quoted: (words: string) => string;
  talk: string;
  ask: string;
  close: string;
  subject: (topic: string) => string;
}

const phrases: Record<Language, Phrases> = {
  en: {
    greeting: (name) => name === null ? "Hello," : `Hi ${name},`,
    about: (topic, company) =>
      `I wanted to come back to you about ${topic}${company === null ? "" : ` at ${company}`}.`,
    quoted: (words) => `I am coming back to what was written last: “${words}”`,
    talk: "our conversation",
    ask: "Would a short call this week suit you?",
    close: "Best regards",
    subject: (topic) => `About ${topic}`,
  },
  de: {
    greeting: (name) => name === null ? "Guten Tag," : `Guten Tag ${name},`,
    about: (topic, company) =>
      `ich komme gern noch einmal auf ${topic}${company === null ? "" : ` bei ${company}`} zurück.`,
    quoted: (words) => `ich komme auf das zuletzt Geschriebene zurück: „${words}“`,
    talk: "unser Gespräch",
    ask: "Passt Ihnen diese Woche ein kurzes Gespräch?",
    close: "Viele Grüße",
    subject: (topic) => `Zu ${topic}`,
  },
  es: {
    greeting: (name) => name === null ? "Hola:" : `Hola, ${name}:`,
    about: (topic, company) => `le escribo de nuevo sobre ${topic}${company === null ? "" : ` en ${company}`}.`,
    quoted: (words) => `le escribo a propósito de lo último que hablamos: «${words}»`,
    talk: "nuestra conversación",
    ask: "¿Le viene bien una breve llamada esta semana?",
    close: "Un saludo",
    subject: (topic) => `Sobre ${topic}`,
  },
  fr: {
    greeting: (name) => name === null ? "Bonjour," : `Bonjour ${name},`,
    about: (topic, company) =>
      `je reviens vers vous au sujet de ${topic}${company === null ? "" : ` chez ${company}`}.`,
    quoted: (words) => `je reviens sur notre dernier échange : « ${words} »`,
    talk: "notre échange",
    ask: "Un court appel cette semaine vous conviendrait-il ?",
    close: "Cordialement",
    subject: (topic) => `Au sujet de ${topic}`,
  },
  it: {
    greeting: (name) => name === null ? "Buongiorno," : `Buongiorno ${name},`,
    about: (topic, company) => `le riscrivo a proposito di ${topic}${company === null ? "" : ` presso ${company}`}.`,
    quoted: (words) => `le scrivo a proposito dell’ultimo messaggio: «${words}»`,
    talk: "la nostra conversazione",
    ask: "Le andrebbe bene una breve telefonata questa settimana?",
    close: "Cordiali saluti",
    subject: (topic) => `A proposito di ${topic}`,
  },
  zh: {
    greeting: (name) => name === null ? "您好，" : `${name}，您好，`,
    about: (topic, company) => `关于${company ?? ""}${topic}，想再和您联系一下。`,
    quoted: (words) => `关于上次的信息：“${words}”`,
    talk: "我们的沟通",
    ask: "本周方便通个电话吗？",
    close: "此致敬礼",
    subject: (topic) => `关于${topic}`,
  },
};

/** Writes a short message to the person the input is about, from the facts in it. */
export function writeMessage(evidence: Evidence, language: Language): string {
  const { greeting, about, quoted, ask, close } = phrases[language];
  const company = companyIn(evidence);
  const last = lastSaid(evidence);
  const topic = matterOf(evidence, language);
  const matter = last === null ? about(topic, topic === company ? null : company) : quoted(last);
  return `${greeting(personIn(evidence))}\n\n${matter} ${ask}\n\n${close}`;
}

/** A subject line for the same message. */
export function writeSubject(evidence: Evidence, language: Language): string {
  return phrases[language].subject(matterOf(evidence, language));
}

/** What to write about: the topic, or plainly the conversation where a record of somebody names none. */
function matterOf(evidence: Evidence, language: Language): string {
  return namedTopic(evidence) ?? (evidence.fields.size > 0 ? phrases[language].talk : topicOf(evidence));
}

/** The last message of a history in the input; null when there is none. */
function lastSaid({ fields }: Evidence): string | null {
  const history = fields.get("history") ?? fields.get("conversation") ?? fields.get("messages");
  const line = typeof history === "string" ? history.trim().split("\n").at(-1) ?? "" : "";
  return /^[^:]{1,60}:\s*(\S.{5,300})$/.exec(line)?.[1] ?? null;
}

const topicFields = [
  "topic",
  "subject",
  "product",
  "interest",
  "interests",
  "need",
  "request",
  "notes",
  "title",
  "message",
];

/** What the input is about, in a few words. */
export function topicOf(evidence: Evidence): string {
  const named = namedTopic(evidence);
  if (named !== null) return named;
  const terms = keyTerms(evidence.text, 3);
  return terms.length === 0 ? clip(evidence.text.trim()) : terms.join(" ");
}

function namedTopic(evidence: Evidence): string | null {
  for (const name of topicFields) {
    const value = evidence.fields.get(fieldKey(name));
    if (typeof value === "string" && value.trim() !== "") return clip(value.trim());
  }
  return null;
}

function clip(text: string): string {
  const first = text.split(/[.!?\n;]/, 1)[0] ?? text;
  return first.split(/\s+/).slice(0, 8).join(" ");
}

/** The words that say most about a text, as they stand in it: those that repeat, are long, or name things the stand-in knows. */
export function keyTerms(text: string, count: number): string[] {
  const seen = new Map<string, { word: string; weight: number }>();
  for (const word of text.match(/\p{L}[\p{L}\p{N}-]{2,}/gu) ?? []) {
    const key = stem(words(word)[0] ?? word);
    if (isStopWord(word.toLowerCase()) || key.length < 3) continue;
    const known = conceptsOf(key).length > 0 ? 1.5 : 0;
    const entry = seen.get(key) ?? { word, weight: known + Math.min(1.5, key.length / 8) };
    entry.weight += 1;
    seen.set(key, entry);
  }
  return Array.from(seen.values()).sort((a, b) => b.weight - a.weight).slice(0, count).map(({ word }) => word);
}
