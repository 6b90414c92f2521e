import { defineMessages } from "../i18n/messages.ts";

/** Texts of charts. */
export const chartMessages = defineMessages({
  day: ["Day", "Tag", "Jour", "Día"],
  others: ["Others", "Übrige", "Autres", "Otros"],
  nobody: ["no model answered", "kein Modell antwortete", "aucun modèle n’a répondu", "ningún modelo respondió"],
  said: ["Confidence said", "Vertrauen sagte", "Confiance annoncée", "La confianza decía"],
  wasRight: ["was right", "war richtig", "était juste", "era correcto"],
  judgements: ["Judgements", "Urteile", "Jugements", "Valoraciones"],
  perfect: ["as it should be", "wie es sein sollte", "idéal", "como debería ser"],
});
