import { keyWords, linesOf } from "@shared/insights/mod.ts";
import type { categories, Given, Shown } from "./schemas.ts";

const MOST = 5;

/** Words that tell what kind of talk it is, in the languages Signalbox speaks. */
const TELLING: Record<Exclude<(typeof categories)[number], "general" | "custom">, RegExp> = {
  technical:
    /\b(?:error|install|software|server|api|code|install\w*|fehler|datenbank|version|logiciel|erreur|programa|instalar|mm|kw|watt)\b/i,
  business:
    /\b(?:prices?|costs?|offer|budget|order|invoice|contract|customer|lead|euros?|eur|preis|angebot|bestell\w*|rechnung|vertrag|kunde|prix|offre|commande|facture|client|precio|oferta|pedido|factura|cliente)\b|€/i,
  personal:
    /\b(?:family|wife|husband|birthday|holiday|hobby|familie|frau|mann|geburtstag|urlaub|famille|anniversaire|vacances|familia|cumpleaños|vacaciones)\b/i,
  support:
    /\b(?:help|problem|broken|complaint|refund|return|hilfe|problem\w*|kaputt|reklam\w*|rückgabe|aide|problème|cassé|ayuda|problema|roto)\b/i,
};

/** Finds topics without a model: the words a conversation keeps coming back to, and what kind of talk they stand in. */
export function topicsByRules({ messages }: Shown): Given {
  const topics = keyWords(linesOf(messages.map((message) => ({ ...message, speaker: "", said_at: null }))), MOST)
    .map((word) => {
      const stem = word.toLowerCase().slice(0, 6);
      const speaking = messages.filter(({ text }) => text.toLowerCase().includes(stem));
      const text = speaking.map((message) => message.text).join("\n");
      const category = Object.entries(TELLING).find(([, telling]) => telling.test(text))?.[0] ?? "general";
      return {
        topic: word,
        category: category as keyof typeof TELLING | "general",
        confidence: Math.min(0.6, 0.2 + 0.1 * speaking.length),
        keywords: keyWords(text, 4),
        related_topics: [],
        message_indices: speaking.map(({ index }) => index),
      };
    });
  return { topics, confidence: 0.4 };
}
