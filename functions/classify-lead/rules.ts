import type { TaskContext } from "@shared/ai-task/mod.ts";
import { classOfPriority, type Lead, type LeadClass, priorityOf, type PrioritySignal } from "@shared/sales/mod.ts";

/** A lead's class by its score bands, with the signals in words. */
export interface RuledLead {
  class: LeadClass;
  /** 0..100, whole. */
  score: number;
  reasons: string[];
  /** How much the rules can know: a score that was given says more than an estimate. */
  confidence: number;
}

/** Classifies without a model: the band of the priority score; whoever is lost or must not be contacted is C. */
export function classifyByRules(lead: Lead, { language, now }: TaskContext): RuledLead {
  const say = language === "de" ? GERMAN : ENGLISH;
  const { score, signals } = priorityOf(lead, now);
  if (lead.do_not_contact === true) return { class: "C", score: 0, reasons: [say.do_not_contact], confidence: 0.9 };
  if (lead.status === "lost") {
    return { class: "C", score: Math.min(39, Math.round(score)), reasons: [say.lost], confidence: 0.8 };
  }
  const isGiven = signals.includes("given") || signals.includes("from_scores");
  const reasons = signals.map((signal) => say[signal]).slice(0, 5);
  return {
    class: classOfPriority(score, lead.scores?.v ?? null),
    score: Math.round(score),
    reasons: reasons.length > 0 ? reasons : [say.nothing],
    confidence: isGiven ? 0.8 : 0.5,
  };
}

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
