import type { Fill, Template, TemplateValues } from "./templates.ts";

/** The four messages in Spanish. */
export const SPANISH: Record<Template, Fill> = {
  reminder: (values) => ({
    subject: "Un breve recordatorio",
    text: letter(
      values,
      `quería preguntarle brevemente si ha podido ver mi último mensaje${at(values, " para ")}. ` +
        "¿Puedo aclararle algo?",
    ),
  }),
  value: (values) => ({
    subject: "Una idea para usted",
    text: letter(
      values,
      `he pensado en lo que más ayudaría a ${values.company ?? "su proyecto"}, y me gustaría mostrarle una idea. ` +
        "¿Le viene bien una breve llamada esta semana?",
    ),
  }),
  last: (values) => ({
    subject: "¿Lo doy por cerrado?",
    text: letter(
      values,
      `no he vuelto a saber de usted y no quiero molestarle. ¿Doy el asunto por cerrado, o solo no es el momento? ` +
        "Basta una palabra suya.",
    ),
  }),
  reactivation: (values) => ({
    subject: "¿Cómo le va?",
    text: letter(
      values,
      `hace tiempo que no hablamos${at(values, " sobre ")}. Desde entonces han cambiado cosas aquí. ` +
        "¿Le vuelve a interesar el tema?",
    ),
  }),
};

function letter({ name, sender }: TemplateValues, body: string): string {
  const greeting = name === null ? "Buenos días:" : `Buenos días, ${name}:`;
  return `${greeting}\n\n${body}\n\nUn saludo${sender === null ? "" : `\n${sender}`}`;
}

function at({ company }: TemplateValues, words: string): string {
  return company === null ? "" : `${words}${company}`;
}
