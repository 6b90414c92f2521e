import { defineMessages } from "../../../i18n/messages.ts";

/** What settings of routing and of answers do. In English as the database says it. */
export const answerSettings = defineMessages({
  "ai.confidence.calibrated": [
    "Whether scores are turned into probabilities by the task's calibration, once there are at least 50 labels to learn it from.",
    "Ob Werte durch die Kalibrierung der Aufgabe zu Wahrscheinlichkeiten werden, sobald es mindestens 50 Urteile gibt, aus denen sie lernt.",
    "Si les scores deviennent des probabilités par la calibration de la tâche, dès qu’il y a au moins 50 jugements pour l’apprendre.",
    "Si las puntuaciones se convierten en probabilidades por la calibración de la tarea, en cuanto haya al menos 50 juicios de los que aprender.",
  ],
  "ai.confidence.max_wrong": [
    "Share of used answers that may be wrong, e.g. 0.05; thresholds follow from each task's labels with 95 % confidence. Null: thresholds are the policy's alone.",
    "Anteil der verwendeten Antworten, der falsch sein darf, z. B. 0,05; die Schwellen folgen mit 95 % Sicherheit aus den Urteilen je Aufgabe. Null: es gelten allein die Schwellen der Richtlinie.",
    "Part des réponses utilisées qui peut être fausse, par ex. 0,05 ; les seuils découlent des jugements de chaque tâche, avec 95 % de certitude. Null : seuls valent les seuils de la politique.",
    "Parte de las respuestas usadas que puede ser errónea, p. ej. 0,05; los umbrales salen de los juicios de cada tarea con un 95 % de certeza. Null: los umbrales son solo los de la política.",
  ],
  "ai.consensus.high": [
    "Agreement of several answers from which the majority answers, where the policy does not say.",
    "Übereinstimmung mehrerer Antworten, ab der die Mehrheit antwortet, wo die Richtlinie nichts sagt.",
    "Accord de plusieurs réponses à partir duquel la majorité répond, là où la politique ne le dit pas.",
    "Coincidencia de varias respuestas desde la que responde la mayoría, donde la política no lo diga.",
  ],
  "ai.consensus.medium": [
    "Agreement from which the weighted answer counts, where the policy does not say; below it a person decides.",
    "Übereinstimmung, ab der die gewichtete Antwort zählt, wo die Richtlinie nichts sagt; darunter entscheidet ein Mensch.",
    "Accord à partir duquel la réponse pondérée compte, là où la politique ne le dit pas ; au-dessous, une personne décide.",
    "Coincidencia desde la que cuenta la respuesta ponderada, donde la política no lo diga; por debajo decide una persona.",
  ],
  "ai.context.max_tokens": [
    "Most tokens of conversation given to a model.",
    "Höchstens so viele Tokens eines Gesprächs bekommt ein Modell.",
    "Nombre maximal de jetons de conversation donnés à un modèle.",
    "Máximo de tokens de una conversación que se dan a un modelo.",
  ],
  "ai.data.region": [
    "Only models whose region (ai_models.region) is this one are used, e.g. eu. Null: any model.",
    "Nur Modelle, deren Region (ai_models.region) diese ist, werden verwendet, z. B. eu. Null: jedes Modell.",
    "Seuls les modèles dont la région (ai_models.region) est celle-ci sont utilisés, par ex. eu. Null : tout modèle.",
    "Solo se usan modelos cuya región (ai_models.region) sea esta, p. ej. eu. Null: cualquier modelo.",
  ],
  "ai.escalation.max_attempts": [
    "Most steps up a tier in one request, where the policy allows more.",
    "Höchstens so viele Schritte eine Stufe hinauf in einer Anfrage, wo die Richtlinie mehr erlaubt.",
    "Nombre maximal de montées d’un niveau dans une requête, là où la politique en permet davantage.",
    "Máximo de pasos a un nivel superior en una solicitud, donde la política permita más.",
  ],
  "ai.fallback.threshold": [
    "Confidence below which a task's rules answer instead of the model; the policy's threshold unless somebody sets it.",
    "Vertrauen, unter dem die Regeln einer Aufgabe statt des Modells antworten; die Schwelle der Richtlinie, solange niemand etwas anderes einstellt.",
    "Confiance au-dessous de laquelle les règles d’une tâche répondent à la place du modèle ; le seuil de la politique, sauf si quelqu’un le fixe.",
    "Confianza por debajo de la cual responden las reglas de una tarea en lugar del modelo; el umbral de la política mientras nadie fije otro.",
  ],
  "ai.quality.attribution": [
    "How long before a sale an answer about its lead may lie to count as converted.",
    "Wie lange vor einem Verkauf eine Antwort zu seinem Lead liegen darf, um als erfolgreich zu zählen.",
    "Combien de temps avant une vente une réponse sur son prospect peut avoir été donnée pour compter comme convertie.",
    "Cuánto tiempo antes de una venta puede darse una respuesta sobre su cliente potencial para contar como convertida.",
  ],
  "ai.request.timeout": [
    "Most time of one attempt at a provider. An answer that may have more than 1,500 tokens has as much longer, a stream until the request's deadline.",
    "Längste Dauer eines Versuchs bei einem Anbieter. Eine Antwort, die mehr als 1.500 Tokens haben darf, hat entsprechend länger, ein Stream bis zur Frist der Anfrage.",
    "Durée maximale d’une tentative auprès d’un fournisseur. Une réponse qui peut dépasser 1 500 jetons a d’autant plus de temps, un flux jusqu’à l’échéance de la requête.",
    "Duración máxima de un intento con un proveedor. Una respuesta que puede tener más de 1.500 tokens tiene proporcionalmente más, un flujo hasta el plazo de la solicitud.",
  ],
  "ai.retry.count": [
    "Most retries at one candidate.",
    "Höchstens so viele Wiederholungen bei einem Kandidaten.",
    "Nombre maximal de nouvelles tentatives auprès d’un candidat.",
    "Máximo de reintentos con un candidato.",
  ],
  "ai.routing.confidence.threshold": [
    "Confidence below which an answer is weak. Counts beside the task's policy, and whoever asks for more wins: it can make a policy stricter, never laxer. Users may only ask for more.",
    "Vertrauen, unter dem eine Antwort schwach ist. Gilt neben der Richtlinie der Aufgabe, und wer mehr verlangt, gewinnt: Die Einstellung kann eine Richtlinie strenger machen, nie milder. Benutzer dürfen nur mehr verlangen.",
    "Confiance au-dessous de laquelle une réponse est faible. Vaut à côté de la politique de la tâche, et le plus exigeant l’emporte : ce réglage peut durcir une politique, jamais l’adoucir. Les utilisateurs ne peuvent que demander plus.",
    "Confianza por debajo de la cual una respuesta es débil. Rige junto a la política de la tarea, y gana quien pide más: puede hacer una política más estricta, nunca más laxa. Los usuarios solo pueden pedir más.",
  ],
  "ai.routing.demotion.cooldown": [
    "How long a task skips the small tier after a streak of weak small answers.",
    "Wie lange eine Aufgabe nach einer Reihe schwacher kleiner Antworten die kleine Stufe überspringt.",
    "Combien de temps une tâche saute le petit niveau après une série de réponses faibles.",
    "Cuánto tiempo se salta una tarea el nivel pequeño tras una racha de respuestas débiles.",
  ],
  "ai.timeout.first_token": [
    "Most time until the first token of a stream.",
    "Längste Zeit bis zum ersten Token eines Streams.",
    "Temps maximal jusqu’au premier jeton d’un flux.",
    "Tiempo máximo hasta el primer token de un flujo.",
  ],
  "ai.timeout.idle": [
    "Most silence between two tokens of a stream.",
    "Längste Stille zwischen zwei Tokens eines Streams.",
    "Silence maximal entre deux jetons d’un flux.",
    "Silencio máximo entre dos tokens de un flujo.",
  ],
});
