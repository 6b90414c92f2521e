import { defineMessages } from "../../i18n/messages.ts";

/** Texts of replaying a request. */
export const replayMessages = defineMessages({
  title: ["Again", "Noch einmal", "Rejouer", "Otra vez"],
  note: [
    "Make the decision again from what was known then, or send the same input once more.",
    "Die Entscheidung aus dem damals Bekannten noch einmal treffen, oder dieselbe Eingabe noch einmal senden.",
    "Reprendre la décision avec ce qui était connu alors, ou renvoyer la même entrée.",
    "Tomar de nuevo la decisión con lo que se sabía entonces, o enviar otra vez la misma entrada.",
  ],
  decide: ["Replay the decision", "Entscheidung wiederholen", "Rejouer la décision", "Repetir la decisión"],
  same: ["The same decision", "Dieselbe Entscheidung", "La même décision", "La misma decisión"],
  other: [
    "Another decision: the log or the rules changed",
    "Eine andere Entscheidung: Protokoll oder Regeln haben sich geändert",
    "Une autre décision : le journal ou les règles ont changé",
    "Otra decisión: el registro o las reglas cambiaron",
  ],
  none: [
    "There is nothing to replay",
    "Es gibt nichts zu wiederholen",
    "Il n’y a rien à rejouer",
    "No hay nada que repetir",
  ],
  whyCached: [
    "It was answered from the cache: nothing was chosen",
    "Sie wurde aus dem Cache beantwortet: nichts wurde gewählt",
    "Elle a reçu une réponse du cache : rien n’a été choisi",
    "Se respondió desde la caché: no se eligió nada",
  ],
  whyRefused: [
    "It was refused before a choice was made",
    "Sie wurde abgelehnt, bevor etwas gewählt wurde",
    "Elle a été refusée avant tout choix",
    "Se rechazó antes de elegir nada",
  ],
  whyUnkept: [
    "Its row does not keep what the choice was made from",
    "Ihre Zeile bewahrt nicht auf, woraus gewählt wurde",
    "Sa ligne ne garde pas ce sur quoi le choix reposait",
    "Su fila no guarda aquello con lo que se eligió",
  ],
  stored: ["Then", "Damals", "Alors", "Entonces"],
  replayed: ["Again", "Noch einmal", "De nouveau", "De nuevo"],
  what: ["What", "Was", "Quoi", "Qué"],
  send: ["Send again", "Noch einmal senden", "Renvoyer", "Enviar otra vez"],
  sendAsk: [
    "Send this input again?",
    "Diese Eingabe noch einmal senden?",
    "Renvoyer cette entrée ?",
    "¿Enviar otra vez esta entrada?",
  ],
  sendText: [
    "It is a new request of yours: it is routed anew, costs what it costs, and counts in every budget. The cache is not asked.",
    "Es ist eine neue Anfrage von Ihnen: Sie wird neu geleitet, kostet, was sie kostet, und zählt in jedem Budget. Der Cache wird nicht gefragt.",
    "C’est une nouvelle requête de votre part : elle est routée à nouveau, coûte ce qu’elle coûte et compte dans chaque budget. Le cache n’est pas consulté.",
    "Es una nueva solicitud suya: se enruta de nuevo, cuesta lo que cuesta y cuenta en todos los presupuestos. No se consulta la caché.",
  ],
  model: ["Model", "Modell", "Modèle", "Modelo"],
  asRouted: [
    "as the policy decides",
    "wie die Richtlinie entscheidet",
    "selon la politique",
    "según decida la política",
  ],
  noInput: [
    "Its input is not kept, so it cannot be sent again.",
    "Ihre Eingabe wird nicht aufbewahrt und kann nicht noch einmal gesendet werden.",
    "Son entrée n’est pas conservée : elle ne peut être renvoyée.",
    "Su entrada no se guarda, así que no puede enviarse otra vez.",
  ],
  answer: ["The new answer", "Die neue Antwort", "La nouvelle réponse", "La nueva respuesta"],
  by: [
    "{model} · {money} · {duration}",
    "{model} · {money} · {duration}",
    "{model} · {money} · {duration}",
    "{model} · {money} · {duration}",
  ],
  open: ["Open the new request", "Die neue Anfrage öffnen", "Ouvrir la nouvelle requête", "Abrir la nueva solicitud"],
  rules: ["rules", "Regeln", "règles", "reglas"],
});
