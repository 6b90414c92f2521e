import { defineMessages } from "../../i18n/messages.ts";

/** Texts of what assistants do beside talking. */
export const toolMessages = defineMessages({
  awaiting_approval: ["asks you", "fragt Sie", "vous demande", "le pregunta"],
  approved: ["allowed", "erlaubt", "autorisé", "permitido"],
  denied: ["refused", "abgelehnt", "refusé", "rechazado"],
  running: ["at work", "arbeitet", "en cours", "en curso"],
  succeeded: ["done", "erledigt", "fait", "hecho"],
  failed: ["failed", "fehlgeschlagen", "échec", "fallido"],
  asked: ["With", "Womit", "Avec", "Con"],
  came: ["Result", "Ergebnis", "Résultat", "Resultado"],
  problem: ["Why", "Warum", "Pourquoi", "Por qué"],
  sources: ["Sources", "Quellen", "Sources", "Fuentes"],
  page: ["page {page}", "Seite {page}", "page {page}", "página {page}"],
  approvalAsk: [
    "May the assistant do this?",
    "Darf der Assistent das tun?",
    "L’assistant peut-il le faire ?",
    "¿Puede el asistente hacerlo?",
  ],
  allow: ["Allow", "Erlauben", "Autoriser", "Permitir"],
  refuse: ["Refuse", "Ablehnen", "Refuser", "Rechazar"],
  goOn: ["Go on", "Weiter", "Continuer", "Continuar"],
});
