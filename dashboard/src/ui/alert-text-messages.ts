import { defineMessages } from "../i18n/messages.ts";

/** What alerts say, in English as the database says it (migrations/…_alerts.sql), and the words they fill in. */
export const alertTextMessages = defineMessages({
  budgetUsed: [
    "{percent} % of the {period} budget of {whose} is used: {used} of {cap} {currency}",
    "Das {period} {whose} ist zu {percent} % verbraucht: {used} von {cap} {currency}",
    "Le budget {period} {whose} est consommé à {percent} % : {used} sur {cap} {currency}",
    "El presupuesto {period} {whose} está gastado al {percent} %: {used} de {cap} {currency}",
  ],
  budgetRefuses: [
    "The {period} budget of {whose} refuses requests: {requests} lately, with {used} of {cap} {currency} used",
    "Das {period} {whose} lehnt Anfragen ab: {requests} in letzter Zeit, verbraucht sind {used} von {cap} {currency}",
    "Le budget {period} {whose} refuse des requêtes : {requests} récemment, {used} sur {cap} {currency} consommés",
    "El presupuesto {period} {whose} rechaza solicitudes: {requests} últimamente, con {used} de {cap} {currency} gastados",
  ],
  day: ["day", "Tagesbudget", "quotidien", "diario"],
  week: ["week", "Wochenbudget", "hebdomadaire", "semanal"],
  month: ["month", "Monatsbudget", "mensuel", "mensual"],
  total: ["total", "Gesamtbudget", "total", "total"],
  organization: ["the organization", "der Organisation", "de l’organisation", "de la organización"],
  everyUser: ["user *", "jedes Benutzers", "de chaque utilisateur", "de cada usuario"],
  user: ["user {key}", "des Benutzers {key}", "de l’utilisateur {key}", "del usuario {key}"],
  everyTask: ["task *", "jeder Aufgabe", "de chaque tâche", "de cada tarea"],
  task: ["task {key}", "der Aufgabe {key}", "de la tâche {key}", "de la tarea {key}"],
  everyKey: ["key *", "jedes Schlüssels", "de chaque clé", "de cada clave"],
  key: ["key {key}", "des Schlüssels {key}", "de la clé {key}", "de la clave {key}"],
  leadCostsAtLeast: [
    "A new lead costs at least {cost} {currency} in {month}, more than {most}",
    "Ein neuer Lead kostet in {month} mindestens {cost} {currency}, mehr als {most}",
    "Un nouveau prospect coûte au moins {cost} {currency} en {month}, plus que {most}",
    "Un cliente potencial nuevo cuesta al menos {cost} {currency} en {month}, más de {most}",
  ],
  leadCosts: [
    "A new lead costs {cost} {currency} in {month}, more than {most}",
    "Ein neuer Lead kostet in {month} {cost} {currency}, mehr als {most}",
    "Un nouveau prospect coûte {cost} {currency} en {month}, plus que {most}",
    "Un cliente potencial nuevo cuesta {cost} {currency} en {month}, más de {most}",
  ],
  rate: [
    "{percent} % of {requests} requests in {minutes} minutes {ended}",
    "{percent} % von {requests} Anfragen in {minutes} Minuten {ended}",
    "{percent} % de {requests} requêtes en {minutes} minutes {ended}",
    "El {percent} % de {requests} solicitudes en {minutes} minutos {ended}",
  ],
  failed: ["failed", "sind gescheitert", "ont échoué", "fallaron"],
  fellBack: [
    "fell back to another provider or to rules",
    "gingen an einen anderen Anbieter oder an Regeln",
    "se sont rabattues sur un autre fournisseur ou sur des règles",
    "pasaron a otro proveedor o a reglas",
  ],
  escalated: ["escalated", "wurden eskaliert", "ont été escaladées", "se escalaron"],
  providerDown: [
    "{name} does not answer: {error}, {failures} failures in a row",
    "{name} antwortet nicht: {error}, {failures} Fehler in Folge",
    "{name} ne répond pas : {error}, {failures} échecs de suite",
    "{name} no responde: {error}, {failures} fallos seguidos",
  ],
  stalePrices: [
    "{prices} prices were last checked more than {days} days ago, the oldest on {day}",
    "{prices} Preise wurden zuletzt vor mehr als {days} Tagen geprüft, der älteste am {day}",
    "{prices} prix ont été vérifiés pour la dernière fois il y a plus de {days} jours, le plus ancien le {day}",
    "{prices} precios se comprobaron por última vez hace más de {days} días, el más antiguo el {day}",
  ],
  overrun: [
    "{requests} requests cost more than was held for them, {excess} US dollars in all",
    "{requests} Anfragen kosteten mehr, als für sie zurückgelegt war, zusammen {excess} US-Dollar",
    "{requests} requêtes ont coûté plus que leur réserve, {excess} dollars US en tout",
    "{requests} solicitudes costaron más de lo reservado para ellas, {excess} dólares en total",
  ],
  anomaly: [
    "{spent} US dollars in the hour from {hour}, where {typical} is usual",
    "{spent} US-Dollar in der Stunde ab {hour}, üblich sind {typical}",
    "{spent} dollars US dans l’heure à partir de {hour}, où {typical} est habituel",
    "{spent} dólares en la hora desde {hour}, donde lo habitual es {typical}",
  ],
});
