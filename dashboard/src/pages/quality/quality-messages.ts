import { defineMessages } from "../../i18n/messages.ts";

/** Texts of the quality page. */
export const qualityMessages = defineMessages({
  title: ["Quality", "Qualität", "Qualité", "Calidad"],
  note: ["The last 30 days", "Die letzten 30 Tage", "Les 30 derniers jours", "Los últimos 30 días"],
  confidence: [
    "How sure answers were",
    "Wie sicher Antworten waren",
    "Degré de certitude des réponses",
    "Qué seguras fueron las respuestas",
  ],
  confidenceNote: [
    "Requests by task and confidence. Those without one are left out, not counted as 0.",
    "Anfragen nach Aufgabe und Vertrauen. Die ohne werden weggelassen, nicht als 0 gezählt.",
    "Requêtes par tâche et confiance. Celles sans confiance sont omises, pas comptées 0.",
    "Solicitudes por tarea y confianza. Las que no tienen se omiten, no cuentan como 0.",
  ],
  task: ["Task", "Aufgabe", "Tâche", "Tarea"],
  noConfidence: [
    "No answer was judged yet.",
    "Noch wurde keine Antwort beurteilt.",
    "Aucune réponse n’a encore été jugée.",
    "Aún no se ha juzgado ninguna respuesta.",
  ],
  review: [
    "{count} answer of this period waits for a person|{count} answers of this period wait for a person",
    "{count} Antwort dieses Zeitraums wartet auf einen Menschen|{count} Antworten dieses Zeitraums warten auf einen Menschen",
    "{count} réponse de cette période attend une personne|{count} réponses de cette période attendent une personne",
    "{count} respuesta de este periodo espera a una persona|{count} respuestas de este periodo esperan a una persona",
  ],
  openReview: ["Open the review queue", "Prüfliste öffnen", "Ouvrir la file de revue", "Abrir la cola de revisión"],
  variants: [
    "Prompt versions side by side",
    "Prompt-Versionen im Vergleich",
    "Versions de prompts comparées",
    "Versiones de prompts comparadas",
  ],
  variantsNote: [
    "p: how likely the difference in conversion to the first variant is by chance. Below 0.05 it hardly is; below 30 requests on either side nothing is said.",
    "p: wie wahrscheinlich der Unterschied der Umwandlung zur ersten Variante Zufall ist. Unter 0,05 kaum; unter 30 Anfragen je Seite wird nichts gesagt.",
    "p : probabilité que l’écart de conversion avec la première variante soit dû au hasard. Sous 0,05, peu probable ; sous 30 requêtes par côté, rien n’est dit.",
    "p: probabilidad de que la diferencia de conversión con la primera variante sea azar. Por debajo de 0,05 apenas; con menos de 30 solicitudes por lado no se dice nada.",
  ],
  prompt: ["Prompt", "Prompt", "Prompt", "Prompt"],
  requests: ["Requests", "Anfragen", "Requêtes", "Solicitudes"],
  perRequest: ["Per request (US$)", "Je Anfrage (US$)", "Par requête (US$)", "Por solicitud (US$)"],
  latency: ["Latency", "Latenz", "Latence", "Latencia"],
  mean: ["Confidence", "Vertrauen", "Confiance", "Confianza"],
  rating: ["Rating", "Bewertung", "Note", "Valoración"],
  ratings: ["{mean} of 5 ({count})", "{mean} von 5 ({count})", "{mean} sur 5 ({count})", "{mean} de 5 ({count})"],
  converted: ["Converted", "Umgewandelt", "Converties", "Convertidas"],
  rejected: ["Rejected", "Verworfen", "Rejetées", "Rechazadas"],
  p: ["p", "p", "p", "p"],
  noVariants: [
    "No prompt was used yet.",
    "Noch wurde kein Prompt benutzt.",
    "Aucun prompt n’a encore été utilisé.",
    "Aún no se ha usado ningún prompt.",
  ],
});
