import type { Language } from "@shared/messages/mod.ts";

/** Words of ours in an exported file. */
export interface Words {
  user: string;
  assistant: string;
  summary: string;
  begun: string;
  with: string;
}

const WORDS: Record<Language, Words> = {
  en: { user: "You", assistant: "Assistant", summary: "Summary", begun: "Begun:", with: "With:" },
  de: { user: "Sie", assistant: "Assistent", summary: "Zusammenfassung", begun: "Begonnen:", with: "Mit:" },
  fr: { user: "Vous", assistant: "Assistant", summary: "Résumé", begun: "Début :", with: "Avec :" },
  es: { user: "Usted", assistant: "Asistente", summary: "Resumen", begun: "Iniciada:", with: "Con:" },
};

/** The words of a language. */
export function wordsOf(language: Language): Words {
  return WORDS[language];
}

/** Who speaks, as a reader is told. */
export function nameOf(speaker: string, assistant: string | null, words: Words): string {
  if (speaker === "user") return words.user;
  return speaker === "assistant" ? assistant ?? words.assistant : speaker;
}

/** A moment without what nobody reads: `2026-11-27 08:00` (UTC). */
export function momentOf(iso: string | null): string {
  return iso === null ? "" : `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
