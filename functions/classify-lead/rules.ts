import type { TaskContext } from "@shared/ai-task/mod.ts";
import { classOfPriority, type Lead, type LeadClass, priorityOf } from "@shared/sales/mod.ts";
import { wordsOf } from "./words.ts";

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
  const say = wordsOf(language);
  const { score: exact, signals } = priorityOf(lead, now);
  // Down: 74.6 is not on the hot list, and a whole number that says 75 would contradict its class.
  const score = Math.floor(exact);
  if (lead.do_not_contact === true) return { class: "C", score: 0, reasons: [say.do_not_contact], confidence: 0.9 };
  if (lead.status === "lost") {
    return { class: "C", score: Math.min(39, score), reasons: [say.lost], confidence: 0.8 };
  }
  const isGiven = signals.includes("given") || signals.includes("from_scores");
  const reasons = signals.map((signal) => say[signal]).slice(0, 5);
  return {
    class: classOfPriority(score, lead.scores?.v ?? null),
    score,
    reasons: reasons.length > 0 ? reasons : [say.nothing],
    confidence: isGiven ? 0.8 : 0.5,
  };
}
