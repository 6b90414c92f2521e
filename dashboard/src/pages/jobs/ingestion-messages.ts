import { defineMessages } from "../../i18n/messages.ts";

/** Texts of a document's processing. */
export const ingestionMessages = defineMessages({
  title: ["Processing of {name}", "Verarbeitung von {name}", "Traitement de {name}", "Procesamiento de {name}"],
  progressOf: ["Progress of {name}", "Fortschritt von {name}", "Avancement de {name}", "Progreso de {name}"],
  steps: ["Steps of the processing", "Schritte der Verarbeitung", "Étapes du traitement", "Pasos del procesamiento"],
  step: ["Step", "Schritt", "Étape", "Paso"],
  done: ["Done", "Fertig", "Fait", "Hecho"],
  tokens: ["Tokens", "Tokens", "Jetons", "Tokens"],
  cost: ["Cost", "Kosten", "Coût", "Coste"],
  total: ["Total", "Gesamt", "Total", "Total"],
  step_read: ["Read pages", "Seiten lesen", "Lire les pages", "Leer páginas"],
  step_images: ["Look at images", "Bilder ansehen", "Regarder les images", "Mirar imágenes"],
  step_audio: ["Listen to audio", "Ton anhören", "Écouter l’audio", "Escuchar audio"],
  step_context: ["Introduce passages", "Passagen einleiten", "Introduire les passages", "Introducir pasajes"],
  step_embed: [
    "Make searchable by meaning",
    "Nach Bedeutung auffindbar machen",
    "Rendre trouvable par le sens",
    "Hacer buscable por significado",
  ],
  state_queued: ["waiting", "wartet", "en attente", "en espera"],
  state_running: ["in progress", "in Arbeit", "en cours", "en curso"],
  state_done: ["ready", "bereit", "prêt", "listo"],
  state_error: ["failed", "fehlgeschlagen", "échec", "fallido"],
  state_cancelled: ["cancelled", "abgebrochen", "annulé", "cancelado"],
});
