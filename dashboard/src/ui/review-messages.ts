import { defineMessages } from "../i18n/messages.ts";

/** Texts of a change that is looked at before it is made. */
export const reviewMessages = defineMessages({
  review: ["Review", "Prüfen", "Vérifier", "Revisar"],
  back: ["Back", "Zurück", "Retour", "Atrás"],
  changes: ["What changes", "Was sich ändert", "Ce qui change", "Qué cambia"],
  what: ["What", "Was", "Quoi", "Qué"],
});
