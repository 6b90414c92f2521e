import { defineMessages } from "../../../i18n/messages.ts";

/** What settings of the log, its traces and the cache do. In English as the database says it. */
export const logSettings = defineMessages({
  "ai.cache.ttl": [
    "How long an answer may be served from the cache. PT0S turns the cache off.",
    "Wie lange eine Antwort aus dem Cache gegeben werden darf. PT0S schaltet ihn ab.",
    "Combien de temps une réponse peut être servie depuis le cache. PT0S le désactive.",
    "Cuánto tiempo puede servirse una respuesta de la caché. PT0S la desactiva.",
  ],
  "ai.log.payload_redaction": [
    "What is replaced by [email], [phone], … in inputs and outputs that are kept. An empty list keeps them as they were.",
    "Was in aufbewahrten Ein- und Ausgaben durch [email], [phone], … ersetzt wird. Eine leere Liste lässt sie, wie sie waren.",
    "Ce qui est remplacé par [email], [phone], … dans les entrées et sorties conservées. Une liste vide les laisse telles quelles.",
    "Qué se sustituye por [email], [phone], … en las entradas y salidas que se guardan. Una lista vacía las deja como estaban.",
  ],
  "ai.log.payload_retention_days": [
    "Days the input and output of requests are kept where ai.log.payloads is on.",
    "Tage, die Ein- und Ausgaben von Anfragen aufbewahrt werden, wo ai.log.payloads an ist.",
    "Jours pendant lesquels l’entrée et la sortie des requêtes sont conservées là où ai.log.payloads est activé.",
    "Días que se guardan la entrada y la salida de las solicitudes donde ai.log.payloads esté activado.",
  ],
  "ai.log.payloads": [
    "Whether prompts and answers are kept. Off: only figures are.",
    "Ob Prompts und Antworten aufbewahrt werden. Aus: nur Zahlen werden es.",
    "Si les prompts et les réponses sont conservés. Désactivé : seuls les chiffres le sont.",
    "Si se guardan los prompts y las respuestas. Desactivado: solo las cifras.",
  ],
  "ai.log.retention_days": [
    "Days after which log partitions are dropped. At least one closed month stays.",
    "Tage, nach denen Teile des Protokolls entfernt werden. Mindestens ein abgeschlossener Monat bleibt.",
    "Jours après lesquels les partitions du journal sont supprimées. Au moins un mois clos reste.",
    "Días tras los cuales se eliminan particiones del registro. Queda al menos un mes cerrado.",
  ],
  "ai.otlp.endpoint": [
    "Address of an OTLP/HTTP collector for traces, with /v1/traces. Spans carry ids, models, tokens, costs and error kinds of every organization, never texts. Null: none are sent. An Authorization header, if it needs one, is the Vault's secret otlp_authorization.",
    "Adresse eines OTLP/HTTP-Sammlers für Traces, mit /v1/traces. Spans tragen Kennungen, Modelle, Tokens, Kosten und Fehlerarten jeder Organisation, nie Texte. Null: es werden keine gesendet. Braucht er einen Authorization-Header, ist das Geheimnis otlp_authorization im Vault.",
    "Adresse d’un collecteur OTLP/HTTP de traces, avec /v1/traces. Les spans portent identifiants, modèles, jetons, coûts et types d’erreur de chaque organisation, jamais de textes. Null : aucun envoi. S’il faut un en-tête Authorization, c’est le secret otlp_authorization du Vault.",
    "Dirección de un recolector OTLP/HTTP de trazas, con /v1/traces. Los spans llevan identificadores, modelos, tokens, costes y clases de error de cada organización, nunca textos. Null: no se envía ninguno. Si necesita una cabecera Authorization, es el secreto otlp_authorization del Vault.",
  ],
});
