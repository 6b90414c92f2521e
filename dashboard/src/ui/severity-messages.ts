import { defineMessages } from "../i18n/messages.ts";

/** How bad an alert is. */
export const severityMessages = defineMessages({
  critical: ["critical", "kritisch", "critique", "crítica"],
  warning: ["warning", "Warnung", "avertissement", "aviso"],
  info: ["info", "Hinweis", "info", "información"],
});
