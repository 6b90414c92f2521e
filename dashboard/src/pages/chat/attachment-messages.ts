import { defineMessages } from "../../i18n/messages.ts";

/** Texts of files that go with a message. */
export const attachmentMessages = defineMessages({
  attach: ["Attach files", "Dateien anhängen", "Joindre des fichiers", "Adjuntar archivos"],
  attached: ["Attached", "Angehängt", "Joints", "Adjuntos"],
  remove: ["Leave {name} out", "{name} weglassen", "Retirer {name}", "Quitar {name}"],
  progressOf: ["Progress of {name}", "Fortschritt von {name}", "Avancement de {name}", "Progreso de {name}"],
  show: ["Look at {name}", "{name} ansehen", "Voir {name}", "Ver {name}"],
  download: ["Download", "Herunterladen", "Télécharger", "Descargar"],
  open: ["Open in a new tab", "In neuem Tab öffnen", "Ouvrir dans un nouvel onglet", "Abrir en otra pestaña"],
  read: [
    "What the assistant reads of it",
    "Was der Assistent davon liest",
    "Ce que l’assistant en lit",
    "Lo que el asistente lee de él",
  ],
  noPreview: [
    "This kind of file cannot be shown here.",
    "Diese Art von Datei kann hier nicht gezeigt werden.",
    "Ce type de fichier ne peut pas être affiché ici.",
    "Este tipo de archivo no se puede mostrar aquí.",
  ],
  cut: [
    "The first {count} characters; the file has all of them.",
    "Die ersten {count} Zeichen; die Datei hat alle.",
    "Les {count} premiers caractères ; le fichier les contient tous.",
    "Los primeros {count} caracteres; el archivo los tiene todos.",
  ],
  large: ["At most 10 MB", "Höchstens 10 MB", "10 Mo au plus", "Como máximo 10 MB"],
});
