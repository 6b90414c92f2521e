import { defineMessages } from "../../i18n/messages.ts";

/** Texts of files that go with a message. */
export const attachmentMessages = defineMessages({
  attach: ["Attach files", "Dateien anhängen", "Joindre des fichiers", "Adjuntar archivos"],
  attached: ["Attached", "Angehängt", "Joints", "Adjuntos"],
  remove: ["Leave {name} out", "{name} weglassen", "Retirer {name}", "Quitar {name}"],
  progressOf: ["Progress of {name}", "Fortschritt von {name}", "Avancement de {name}", "Progreso de {name}"],
  large: ["At most 10 MB", "Höchstens 10 MB", "10 Mo au plus", "Como máximo 10 MB"],
});
