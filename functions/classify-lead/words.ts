import type { Language } from "@shared/messages/mod.ts";
import type { PrioritySignal } from "@shared/sales/mod.ts";

type Words = Record<PrioritySignal | "do_not_contact" | "lost" | "nothing", string>;

const ENGLISH: Words = {
  given: "The priority score the lead brings decides.",
  from_scores: "Its verification, enrichment and intent scores decide.",
  demo: "Asks for a demo or a trial.",
  quote: "Asks for an offer.",
  pricing: "Asks about prices.",
  competitor: "Is looking beyond its present supplier.",
  budget: "Names a budget.",
  engaged: "Is interested, qualified or has a proposal.",
  lost_touch: "No longer answers or is inactive.",
  hot: "Rated hot by the sales team.",
  cold: "Rated cold by the sales team.",
  inbound: "Wrote to us in the last seven days.",
  business_contact: "Has a business address at a known company.",
  phone: "Can be reached by phone.",
  outbound_only: "Has never answered our messages.",
  do_not_contact: "Must not be contacted.",
  lost: "Is marked as lost.",
  nothing: "Nothing known speaks for buying soon.",
};

const GERMAN: Words = {
  given: "Der mitgegebene Prioritätswert entscheidet.",
  from_scores: "Die Werte für Verifizierung, Anreicherung und Absicht entscheiden.",
  demo: "Bittet um eine Vorführung oder einen Test.",
  quote: "Bittet um ein Angebot.",
  pricing: "Fragt nach Preisen.",
  competitor: "Sieht sich neben dem jetzigen Anbieter um.",
  budget: "Nennt ein Budget.",
  engaged: "Ist interessiert, qualifiziert oder hat ein Angebot.",
  lost_touch: "Antwortet nicht mehr oder ist inaktiv.",
  hot: "Vom Vertrieb als heiß eingeschätzt.",
  cold: "Vom Vertrieb als kalt eingeschätzt.",
  inbound: "Hat uns in den letzten sieben Tagen geschrieben.",
  business_contact: "Hat eine geschäftliche Adresse bei einer bekannten Firma.",
  phone: "Ist telefonisch erreichbar.",
  outbound_only: "Hat auf unsere Nachrichten nie geantwortet.",
  do_not_contact: "Darf nicht kontaktiert werden.",
  lost: "Ist als verloren markiert.",
  nothing: "Nichts Bekanntes spricht für einen baldigen Kauf.",
};

const FRENCH: Words = {
  given: "Le score de priorité fourni décide.",
  from_scores: "Les scores de vérification, d'enrichissement et d'intention décident.",
  demo: "Demande une démonstration ou un essai.",
  quote: "Demande un devis.",
  pricing: "Demande les prix.",
  competitor: "Regarde au-delà de son fournisseur actuel.",
  budget: "Indique un budget.",
  engaged: "Est intéressé, qualifié ou a une proposition.",
  lost_touch: "Ne répond plus ou est inactif.",
  hot: "Jugé chaud par les ventes.",
  cold: "Jugé froid par les ventes.",
  inbound: "Nous a écrit ces sept derniers jours.",
  business_contact: "A une adresse professionnelle dans une entreprise connue.",
  phone: "Est joignable par téléphone.",
  outbound_only: "N'a jamais répondu à nos messages.",
  do_not_contact: "Ne doit pas être contacté.",
  lost: "Est marqué comme perdu.",
  nothing: "Rien de connu n'annonce un achat prochain.",
};

const SPANISH: Words = {
  given: "Decide la puntuación de prioridad que trae.",
  from_scores: "Deciden sus puntuaciones de verificación, enriquecimiento e intención.",
  demo: "Pide una demostración o una prueba.",
  quote: "Pide una oferta.",
  pricing: "Pregunta por precios.",
  competitor: "Mira más allá de su proveedor actual.",
  budget: "Menciona un presupuesto.",
  engaged: "Está interesado, cualificado o tiene una propuesta.",
  lost_touch: "Ya no responde o está inactivo.",
  hot: "Ventas lo considera caliente.",
  cold: "Ventas lo considera frío.",
  inbound: "Nos escribió en los últimos siete días.",
  business_contact: "Tiene una dirección profesional en una empresa conocida.",
  phone: "Se le puede llamar por teléfono.",
  outbound_only: "Nunca ha respondido a nuestros mensajes.",
  do_not_contact: "No debe ser contactado.",
  lost: "Está marcado como perdido.",
  nothing: "Nada conocido anuncia una compra próxima.",
};

const WORDS: Record<Language, Words> = { en: ENGLISH, de: GERMAN, fr: FRENCH, es: SPANISH };

/** Reasons in a language; English where we do not speak it. */
export function wordsOf(language: string): Words {
  return Object.hasOwn(WORDS, language) ? WORDS[language as Language] : ENGLISH;
}
