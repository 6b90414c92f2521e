import { defineMessages } from "../i18n/messages.ts";

/** Texts of a change that is looked at before it is made. */
export const reviewMessages = defineMessages({
  review: ["Review", "Prüfen", "Vérifier", "Revisar"],
  back: ["Back", "Zurück", "Retour", "Atrás"],
  changes: ["What changes", "Was sich ändert", "Ce qui change", "Qué cambia"],
  unchangedLines: [
    "{count} line as before|{count} lines as before",
    "{count} Zeile wie vorher|{count} Zeilen wie vorher",
    "{count} ligne inchangée|{count} lignes inchangées",
    "{count} línea sin cambios|{count} líneas sin cambios",
  ],
  compareWith: ["Compare with", "Vergleichen mit", "Comparer avec", "Comparar con"],
  same: [
    "The two do not differ.",
    "Die beiden unterscheiden sich nicht.",
    "Les deux sont identiques.",
    "Las dos no difieren.",
  ],
  what: ["What", "Was", "Quoi", "Qué"],
});
