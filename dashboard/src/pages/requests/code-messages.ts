import { defineMessages } from "../../i18n/messages.ts";

/** Words for codes of the log; a code without words is shown as it is. */
export const codeMessages = defineMessages({
  // What a call was for.
  answer: ["answer", "Antwort", "réponse", "respuesta"],
  retry: ["again", "erneut", "nouvel essai", "otro intento"],
  fallback: ["fallback", "ausgewichen", "repli", "alternativa"],
  escalation: ["escalation", "hochgestuft", "escalade", "escalada"],
  repair: ["repair", "Reparatur", "réparation", "reparación"],
  consensus: ["second opinion", "zweite Meinung", "deuxième avis", "segunda opinión"],
  restart: ["from the start", "von vorn", "reprise", "desde el principio"],
  probe: ["probe", "Probe", "sonde", "sondeo"],
  embedding: ["embedding", "Einbettung", "plongement", "incrustación"],
  tool: ["after a tool", "nach einem Werkzeug", "après un outil", "tras una herramienta"],
  gate: ["preliminary check", "Vorprüfung", "contrôle préalable", "comprobación previa"],
  // How a call failed.
  timeout: ["too slow", "zu langsam", "trop lent", "demasiado lento"],
  rate_limited: ["rate limited", "Rate begrenzt", "débit limité", "límite de velocidad"],
  server: ["server error", "Serverfehler", "erreur du serveur", "error del servidor"],
  network: ["no connection", "keine Verbindung", "pas de connexion", "sin conexión"],
  cut: ["cut off", "abgebrochen", "coupé", "cortado"],
  malformed: ["unreadable answer", "unlesbare Antwort", "réponse illisible", "respuesta ilegible"],
  authentication: ["key refused", "Schlüssel abgelehnt", "clé refusée", "clave rechazada"],
  quota: ["account exhausted", "Guthaben erschöpft", "crédit épuisé", "saldo agotado"],
  not_found: ["unknown model", "unbekanntes Modell", "modèle inconnu", "modelo desconocido"],
  context_length: ["too long", "zu lang", "trop long", "demasiado largo"],
  content_filter: ["content refused", "Inhalt abgelehnt", "contenu refusé", "contenido rechazado"],
  invalid_request: ["invalid request", "ungültige Anfrage", "requête invalide", "solicitud no válida"],
  cancelled: ["cancelled", "abgebrochen", "annulé", "cancelado"],
  // Why a breaker closed.
  "a call succeeded": ["a call succeeded", "ein Aufruf gelang", "un appel a réussi", "una llamada salió bien"],
  // Why a request was refused or failed.
  budget_exhausted: ["budget exhausted", "Budget erschöpft", "budget épuisé", "presupuesto agotado"],
  provider_unavailable: ["no provider answered", "kein Anbieter antwortete", "aucun fournisseur", "ningún proveedor"],
  invalid_model_output: ["unusable answer", "unbrauchbare Antwort", "réponse inutilisable", "respuesta inutilizable"],
  model_unpriced: ["model without a price", "Modell ohne Preis", "modèle sans prix", "modelo sin precio"],
  // How an answer ended.
  stop: ["complete", "vollständig", "complète", "completa"],
  length: ["cut at its limit", "am Limit gekürzt", "coupée à la limite", "cortada en el límite"],
  tool_calls: ["calls a tool", "ruft ein Werkzeug", "appelle un outil", "llama a una herramienta"],
  // How good and how important.
  excellent: ["excellent", "ausgezeichnet", "excellent", "excelente"],
  good: ["good", "gut", "bon", "bueno"],
  acceptable: ["acceptable", "annehmbar", "acceptable", "aceptable"],
  poor: ["poor", "schwach", "faible", "débil"],
  low: ["low", "niedrig", "faible", "baja"],
  medium: ["medium", "mittel", "moyenne", "media"],
  high: ["high", "hoch", "élevée", "alta"],
});
