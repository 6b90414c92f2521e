import { defineMessages } from "../i18n/messages.ts";

/** Texts of the choice of days. */
export const rangeMessages = defineMessages({
  period: ["Period", "Zeitraum", "Période", "Periodo"],
  today: ["Today", "Heute", "Aujourd’hui", "Hoy"],
  "7d": ["7 days", "7 Tage", "7 jours", "7 días"],
  "30d": ["30 days", "30 Tage", "30 jours", "30 días"],
  "90d": ["90 days", "90 Tage", "90 jours", "90 días"],
  month: ["This month", "Dieser Monat", "Ce mois", "Este mes"],
  custom: ["Custom", "Eigener", "Personnalisée", "Personalizado"],
  from: ["From", "Von", "Du", "Desde"],
  to: ["To", "Bis", "Au", "Hasta"],
  compare: ["Compare with before", "Mit vorher vergleichen", "Comparer avec avant", "Comparar con antes"],
});
