import { defineMessages } from "../../../i18n/messages.ts";

/** What settings of the gateway do. In English as the database says it. */
export const gatewaySettings = defineMessages({
  "ai.gateway.responses.store": [
    "Whether the gateway keeps responses to go on from: never, where the request says store: true, or unless it says store: false.",
    "Ob das Gateway Antworten aufbewahrt, an die sich anknüpfen lässt: nie (off), wo die Anfrage store: true sagt (asked), oder wo sie nicht store: false sagt (always).",
    "Si la passerelle conserve des réponses pour les poursuivre : jamais (off), là où la requête dit store: true (asked), ou sauf si elle dit store: false (always).",
    "Si la pasarela guarda respuestas para continuarlas: nunca (off), donde la solicitud diga store: true (asked), o salvo que diga store: false (always).",
  ],
  "ai.gateway.responses.ttl": [
    "How long a kept response can be gone on from.",
    "Wie lange sich an eine aufbewahrte Antwort anknüpfen lässt.",
    "Combien de temps une réponse conservée peut être poursuivie.",
    "Cuánto tiempo se puede continuar una respuesta guardada.",
  ],
  "ai.gateway.semantic.model": [
    "Embedding model that questions are compared with.",
    "Einbettungsmodell, mit dem Fragen verglichen werden.",
    "Modèle de plongement avec lequel les questions sont comparées.",
    "Modelo de incrustación con el que se comparan las preguntas.",
  ],
  "ai.gateway.semantic.shared": [
    "Whether all callers of the organization share the answers. Off: every key and every user has their own.",
    "Ob alle Aufrufer der Organisation die Antworten teilen. Aus: jeder Schlüssel und jeder Benutzer hat seine eigenen.",
    "Si tous les appelants de l’organisation partagent les réponses. Désactivé : chaque clé et chaque utilisateur a les siennes.",
    "Si todos los que llaman en la organización comparten las respuestas. Desactivado: cada clave y cada usuario tiene las suyas.",
  ],
  "ai.gateway.semantic.similarity": [
    "Cosine similarity from which two questions are taken for the same one.",
    "Kosinus-Ähnlichkeit, ab der zwei Fragen für dieselbe gehalten werden.",
    "Similarité cosinus à partir de laquelle deux questions sont prises pour la même.",
    "Similitud de coseno desde la que dos preguntas se toman por la misma.",
  ],
  "ai.gateway.semantic.ttl": [
    "How long an answer may be given to similar questions.",
    "Wie lange eine Antwort auf ähnliche Fragen gegeben werden darf.",
    "Combien de temps une réponse peut être donnée à des questions semblables.",
    "Cuánto tiempo puede darse una respuesta a preguntas parecidas.",
  ],
  "ai.gateway.semantic_cache": [
    "Whether the gateway may answer a similar question from its cache.",
    "Ob das Gateway eine ähnliche Frage aus seinem Cache beantworten darf.",
    "Si la passerelle peut répondre à une question semblable depuis son cache.",
    "Si la pasarela puede responder a una pregunta parecida desde su caché.",
  ],
});
