import type { Fill, Template, TemplateValues } from "./templates.ts";

/** The four messages in French. */
export const FRENCH: Record<Template, Fill> = {
  reminder: (values) => ({
    subject: "Un petit rappel",
    text: letter(
      values,
      `je voulais vous demander brièvement si vous avez pu regarder mon dernier message${at(values, " pour ")}. ` +
        "Puis-je éclaircir quelque chose pour vous ?",
    ),
  }),
  value: (values) => ({
    subject: "Une idée pour vous",
    text: letter(
      values,
      `j'ai réfléchi à ce qui aiderait le plus ${
        values.company ?? "votre projet"
      }, et j'aimerais vous montrer une idée. ` +
        "Un court appel cette semaine vous conviendrait-il ?",
    ),
  }),
  last: (values) => ({
    subject: "Dois-je clore le dossier ?",
    text: letter(
      values,
      `je n'ai plus eu de vos nouvelles et ne veux pas vous importuner. Dois-je clore le dossier, ou est-ce seulement le mauvais moment ? ` +
        "Un mot de votre part suffit.",
    ),
  }),
  reactivation: (values) => ({
    subject: "Comment allez-vous ?",
    text: letter(
      values,
      `notre dernier contact remonte à un certain temps${
        at(values, ", au sujet de ")
      }. Beaucoup de choses ont changé chez nous. ` +
        "Le sujet vous intéresse-t-il à nouveau ?",
    ),
  }),
};

function letter({ name, sender }: TemplateValues, body: string): string {
  const greeting = name === null ? "Bonjour," : `Bonjour ${name},`;
  return `${greeting}\n\n${body}\n\nCordialement${sender === null ? "" : `\n${sender}`}`;
}

function at({ company }: TemplateValues, words: string): string {
  return company === null ? "" : `${words}${company}`;
}
