import { defineMessages } from "../../i18n/messages.ts";

/** Why there is no answer, by the code of the error. */
export const failureMessages = defineMessages({
  budget_exhausted: [
    "The budget is used up, so nobody was asked.",
    "Das Budget ist aufgebraucht, darum wurde niemand gefragt.",
    "Le budget est épuisé : personne n’a été interrogé.",
    "El presupuesto está agotado, así que no se ha preguntado a nadie.",
  ],
  rate_limited: [
    "Too much was asked in a short time. Try again in a moment.",
    "In kurzer Zeit wurde zu viel gefragt. Versuchen Sie es gleich noch einmal.",
    "Trop de demandes en peu de temps. Réessayez dans un instant.",
    "Se ha preguntado demasiado en poco tiempo. Inténtelo de nuevo en un momento.",
  ],
  provider_unavailable: [
    "No provider answers at the moment.",
    "Zurzeit antwortet kein Anbieter.",
    "Aucun fournisseur ne répond pour le moment.",
    "Ningún proveedor responde en este momento.",
  ],
  timeout: [
    "The answer took too long.",
    "Die Antwort hat zu lange gedauert.",
    "La réponse a pris trop de temps.",
    "La respuesta ha tardado demasiado.",
  ],
  content_filtered: [
    "The provider refused to answer this.",
    "Der Anbieter hat darauf die Antwort verweigert.",
    "Le fournisseur a refusé de répondre à cela.",
    "El proveedor se ha negado a responder a esto.",
  ],
  context_length_exceeded: [
    "This is longer than the model can read.",
    "Das ist länger, als das Modell lesen kann.",
    "C’est plus long que ce que le modèle peut lire.",
    "Es más largo de lo que el modelo puede leer.",
  ],
  other: [
    "No answer came.",
    "Es kam keine Antwort.",
    "Aucune réponse n’est venue.",
    "No ha llegado ninguna respuesta.",
  ],
});
