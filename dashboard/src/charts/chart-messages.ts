import { defineMessages } from "../i18n/messages.ts";

/** Texts of charts. */
export const chartMessages = defineMessages({
  day: ["Day", "Tag", "Jour", "Día"],
  others: ["Others", "Übrige", "Autres", "Otros"],
  nobody: ["no model answered", "kein Modell antwortete", "aucun modèle n’a répondu", "ningún modelo respondió"],
});
