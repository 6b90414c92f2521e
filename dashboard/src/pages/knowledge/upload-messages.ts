import { defineMessages } from "../../i18n/messages.ts";

/** Texts of adding documents. */
export const uploadMessages = defineMessages({
  title: ["Add documents", "Dokumente hinzufügen", "Ajouter des documents", "Añadir documentos"],
  drop: [
    "Drop files here, or choose them",
    "Legen Sie Dateien hier ab, oder wählen Sie sie aus",
    "Déposez des fichiers ici, ou choisissez-les",
    "Suelte archivos aquí, o elíjalos",
  ],
  choose: ["Choose files", "Dateien wählen", "Choisir des fichiers", "Elegir archivos"],
  accepted: ["Accepted: {types}", "Angenommen: {types}", "Acceptés : {types}", "Se aceptan: {types}"],
  paste: [
    "Paste a text instead",
    "Stattdessen einen Text einfügen",
    "Coller plutôt un texte",
    "Pegar un texto en su lugar",
  ],
  name: ["Title", "Titel", "Titre", "Título"],
  text: ["Text", "Text", "Texte", "Texto"],
  addText: ["Add the text", "Text hinzufügen", "Ajouter le texte", "Añadir el texto"],
  tooLong: [
    "At most {count} character|At most {count} characters",
    "Höchstens {count} Zeichen|Höchstens {count} Zeichen",
    "{count} caractère au plus|{count} caractères au plus",
    "Como máximo {count} carácter|Como máximo {count} caracteres",
  ],
  notAccepted: [
    "Not accepted: {names}",
    "Nicht angenommen: {names}",
    "Non acceptés : {names}",
    "No se aceptan: {names}",
  ],
  tooLarge: [
    "At most {limit} MB: {names}",
    "Höchstens {limit} MB: {names}",
    "{limit} Mo au plus : {names}",
    "Como máximo {limit} MB: {names}",
  ],
  waiting: ["waiting", "wartet", "en attente", "en espera"],
  uploading: ["uploading", "wird hochgeladen", "téléversement", "subiendo"],
  taken: ["in progress", "in Arbeit", "en cours", "en curso"],
  duplicate: ["known already", "schon bekannt", "déjà connu", "ya conocido"],
  failed: ["failed", "fehlgeschlagen", "échec", "fallido"],
  forget: ["Clear the list", "Liste leeren", "Vider la liste", "Vaciar la lista"],
});
