/**
 * Puts a lead into class A, B or C, with the reasons.
 *
 * @module
 */
import { defineTask, type RuleCheck } from "@shared/ai-task/mod.ts";
import { classOfPriority, leadClasses, leadFacts, leadSchema } from "@shared/sales/mod.ts";
import { z } from "zod";
import { classifyByRules } from "./rules.ts";

const input = z.strictObject({ lead: leadSchema });

const output = z.strictObject({
  class: z.enum(leadClasses).describe("A: work it now. B: keep it warm. C: no effort now."),
  score: z.number().int().min(0).max(100).describe("Priority of the lead, 0 to 100, that the class follows from."),
  reasons: z.array(z.string().min(1).max(300)).min(1).max(5).describe("Why, strongest first, one fact each."),
  confidence: z.number().min(0).max(1).describe("How sure you are of the class, 0 to 1."),
});

/** A lead in, its class out. Also run by the database for every new row of `leads`. */
export const classifyLead = defineTask({
  task: "classify-lead",
  title: "Lead classification",
  description: "Puts a lead into class A, B or C, with the reasons.",
  translations: {
    de: { title: "Lead-Einstufung", description: "Stuft einen Lead in Klasse A, B oder C ein, mit Gründen." },
    fr: {
      title: "Classification de prospects",
      description: "Range un prospect dans la classe A, B ou C, avec les raisons.",
    },
    es: {
      title: "Clasificación de clientes potenciales",
      description: "Clasifica a un cliente potencial como A, B o C, con los motivos.",
    },
  },
  input,
  output,
  example: {
    input: {
      lead: {
        name: "Anna Weber",
        company: "Gasthof Sonne GmbH",
        email: "anna.weber@gasthof-sonne.example",
        phone: "+49 30 5550100",
        source: "trade fair",
        employees: 45,
        industry: "hospitality",
        notes: "Asked for a demo at our stand and for prices for 200 meals a day. Wants to start before Christmas.",
      },
    },
  },
  prompt: {
    version: 1,
    system: `You classify sales leads for a sales team.
A: ready to buy or clearly asking for it; work it now. B: a real fit without urgency; keep it warm. C: no fit, no interest, lost or \
not reachable.
Judge by what is known only: need, budget, authority, timing, company and past contact. Missing facts lower your confidence, not \
the class. The score is a priority from 0 to 100: from 75 on is A, from 40 on is B, below is C.
Give one to five reasons, strongest first, each a short sentence about a fact of this lead, in the language with code {{language}}.`,
    template: `Today is {{now}}. Classify this lead:

{{lead}}`,
  },
  variables: ({ lead }) => ({ lead: leadFacts(lead) }),
  complexityText: ({ lead }) => lead.notes ?? "",
  maxOutputTokens: 600,
  temperature: 0,
  consistency: (answer, { lead }) => contradictions(answer, lead),
  validation: ({ reasons }) => [
    {
      name: "reasons_differ",
      passed: new Set(reasons.map((reason) => reason.trim().toLowerCase())).size === reasons.length,
    },
    { name: "reasons_say_something", passed: reasons.every((reason) => reason.trim().length >= 8) },
  ],
  compare: (answer) => answer.class,
  selfReport: ({ confidence }) => confidence,
  rules: ({ lead }, context) => classifyByRules(lead, context),
  streams: false,
  cachedBy: "input",
});

/** Class and score have to fit each other, and neither may contradict what the caller knows. */
function contradictions(
  answer: z.output<typeof output>,
  lead: z.output<typeof input>["lead"],
): RuleCheck[] {
  const given = lead.scores?.p ?? null;
  const known = given === null ? null : classOfPriority(given, lead.scores?.v ?? null);
  const opposite = known === "A" ? "C" : known === "C" ? "A" : null;
  const isGone = lead.do_not_contact === true || lead.status === "lost";
  return [
    { name: "class_fits_score", passed: answer.class === classOfPriority(answer.score, null) },
    { name: "class_not_opposite_of_known_score", passed: answer.class !== opposite },
    { name: "lost_is_not_a", passed: !(isGone && answer.class === "A") },
  ];
}
