import type { Language } from "@shared/messages/mod.ts";
import { FRENCH } from "./french-templates.ts";
import { SPANISH } from "./spanish-templates.ts";

/** The four messages of last resort: reminder, value, last try, reactivation. */
export type Template = "reminder" | "value" | "last" | "reactivation";

/** What a template is filled with; null = unknown, and the sentence works without it. */
export interface TemplateValues {
  name: string | null;
  company: string | null;
  sender: string | null;
}

/** A template filled in; in English where we do not speak the language. */
export function fillTemplate(
  template: Template,
  language: string,
  values: TemplateValues,
): { text: string; subject: string } {
  return (Object.hasOwn(TEMPLATES, language) ? TEMPLATES[language as Language] : ENGLISH)[template](values);
}

/** How the templates of a language are filled in. */
export type Fill = (values: TemplateValues) => { text: string; subject: string };

const ENGLISH: Record<Template, Fill> = {
  reminder: (values) => ({
    subject: "A short reminder",
    text: english(
      values,
      `I wanted to ask briefly whether you have had time to look at my last message${at(values, " for ")}. ` +
        "Is there anything I can clear up for you?",
    ),
  }),
  value: (values) => ({
    subject: "An idea for you",
    text: english(
      values,
      `I have thought about what would help ${
        values.company ?? "you"
      } most, and have an idea that I would like to show you. ` +
        "Would a short call this week suit you?",
    ),
  }),
  last: (values) => ({
    subject: "Shall I close this?",
    text: english(
      values,
      "I have not heard from you and do not want to be a nuisance. Shall I close the matter, or is it only the wrong time? " +
        "One word from you is enough.",
    ),
  }),
  reactivation: (values) => ({
    subject: "How are things?",
    text: english(
      values,
      `it has been a while since we were in touch${at(values, " about ")}. A few things have changed here since. ` +
        "Is the matter of interest to you again?",
    ),
  }),
};

const GERMAN: Record<Template, Fill> = {
  reminder: (values) => ({
    subject: "Kurze Erinnerung",
    text: german(
      values,
      `ich wollte kurz nachfragen, ob Sie schon Zeit für meine letzte Nachricht hatten${
        at(values, " – es ging um ")
      }. ` +
        "Kann ich noch etwas für Sie klären?",
    ),
  }),
  value: (values) => ({
    subject: "Eine Idee für Sie",
    text: german(
      values,
      `ich habe überlegt, was ${
        values.company ?? "Ihnen"
      } am meisten weiterhilft, und möchte Ihnen gern eine Idee zeigen. ` +
        "Passt Ihnen diese Woche ein kurzes Gespräch?",
    ),
  }),
  last: (values) => ({
    subject: "Soll ich das abschließen?",
    text: german(
      values,
      "ich habe nichts mehr von Ihnen gehört und möchte nicht lästig sein. Soll ich die Sache abschließen, oder passt nur der " +
        "Zeitpunkt nicht? Ein Wort von Ihnen genügt.",
    ),
  }),
  reactivation: (values) => ({
    subject: "Wie geht es Ihnen?",
    text: german(
      values,
      `unser letzter Kontakt ist eine Weile her${
        at(values, " – es ging um ")
      }. Bei uns hat sich seitdem einiges getan. ` +
        "Ist das Thema für Sie wieder interessant?",
    ),
  }),
};

const TEMPLATES: Record<Language, Record<Template, Fill>> = { en: ENGLISH, de: GERMAN, fr: FRENCH, es: SPANISH };

function english({ name, sender }: TemplateValues, body: string): string {
  const greeting = name === null ? "Hello," : `Hello ${name},`;
  return `${greeting}\n\n${capitalized(body)}\n\nBest regards${sender === null ? "" : `\n${sender}`}`;
}

function german({ name, sender }: TemplateValues, body: string): string {
  const greeting = name === null ? "Guten Tag," : `Guten Tag ${name},`;
  return `${greeting}\n\n${body}\n\nViele Grüße${sender === null ? "" : `\n${sender}`}`;
}

function at({ company }: TemplateValues, words: string): string {
  return company === null ? "" : `${words}${company}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
