import { defineMessages } from "../../i18n/messages.ts";

/** Why a request was refused, in English as the database wrote it down: what could not be done, the reason, and words within it. */
export const refusalMessages = defineMessages({
  admit: [
    "Cannot admit the request: {reason}",
    "Die Anfrage kann nicht zugelassen werden: {reason}",
    "La requête ne peut pas être admise : {reason}",
    "No se puede admitir la solicitud: {reason}",
  ],
  model: [
    "Cannot use the model {model}: {reason}",
    "Das Modell {model} ist nicht verwendbar: {reason}",
    "Le modèle {model} n’est pas utilisable : {reason}",
    "El modelo {model} no se puede usar: {reason}",
  ],
  fit: [
    "Cannot fit the input: {reason}",
    "Die Eingabe passt nicht: {reason}",
    "L’entrée ne tient pas : {reason}",
    "La entrada no cabe: {reason}",
  ],
  shortage: [
    "the {period} budget of {account} has {left} {currency} left, less than the request could cost",
    "im {period} ({account}) sind noch {left} {currency} übrig, weniger, als die Anfrage kosten könnte",
    "il reste {left} {currency} au budget {period} ({account}), moins que la requête ne pourrait coûter",
    "al presupuesto {period} ({account}) le quedan {left} {currency}, menos de lo que podría costar la solicitud",
  ],
  soft: [
    "the {period} budget of {account} is above its soft limit, where only small models are allowed, and none fits",
    "das {period} ({account}) ist über seiner weichen Grenze, wo nur kleine Modelle erlaubt sind, und keines passt",
    "le budget {period} ({account}) dépasse sa limite souple, où seuls de petits modèles sont permis, et aucun ne convient",
    "el presupuesto {period} ({account}) supera su límite blando, donde solo se permiten modelos pequeños, y ninguno sirve",
  ],
  day: ["day", "Tagesbudget", "quotidien", "diario"],
  week: ["week", "Wochenbudget", "hebdomadaire", "semanal"],
  month: ["month", "Monatsbudget", "mensuel", "mensual"],
  total: ["total", "Gesamtbudget", "total", "total"],
  request: ["request", "Budget je Anfrage", "par requête", "por solicitud"],
  requests: [
    "{limit} requests a minute for {account} are used up",
    "{limit} Anfragen je Minute sind aufgebraucht ({account})",
    "les {limit} requêtes par minute sont épuisées ({account})",
    "se han agotado {limit} solicitudes por minuto ({account})",
  ],
  tokens: [
    "{limit} tokens a minute for {account} leave too little",
    "{limit} Tokens je Minute lassen zu wenig übrig ({account})",
    "{limit} jetons par minute laissent trop peu ({account})",
    "{limit} tokens por minuto dejan demasiado poco ({account})",
  ],
  concurrent: [
    "{running} of {limit} concurrent requests for {account} are running",
    "{running} von {limit} gleichzeitigen Anfragen laufen schon ({account})",
    "{running} requêtes simultanées sur {limit} sont en cours ({account})",
    "{running} de {limit} solicitudes simultáneas están en curso ({account})",
  ],
  dear: [
    "it could cost more than the policy allows for one request",
    "sie könnte mehr kosten, als die Richtlinie für eine Anfrage erlaubt",
    "elle pourrait coûter plus que la politique ne permet pour une requête",
    "podría costar más de lo que la política permite para una solicitud",
  ],
  rate: [
    "no exchange rate for {currency}",
    "kein Wechselkurs für {currency}",
    "pas de taux de change pour {currency}",
    "no hay tipo de cambio para {currency}",
  ],
  unknown: ["it is not known", "es ist nicht bekannt", "il n’est pas connu", "no se conoce"],
  notAllowed: [
    "it is not allowed for this key",
    "es ist für diesen Schlüssel nicht erlaubt",
    "il n’est pas autorisé pour cette clé",
    "no está permitido para esta clave",
  ],
  region: [
    "it is not known to process data where the organization wants it",
    "es ist nicht bekannt, dass es Daten dort verarbeitet, wo die Organisation es will",
    "on ne sait pas s’il traite les données là où l’organisation le veut",
    "no consta que procese los datos donde la organización quiere",
  ],
  kind: [
    "it is not known for this operation",
    "es ist für diesen Vorgang nicht bekannt",
    "il n’est pas connu pour cette opération",
    "no se conoce para esta operación",
  ],
  price: [
    "it has no price in force",
    "es hat keinen gültigen Preis",
    "il n’a pas de prix en vigueur",
    "no tiene precio vigente",
  ],
  lacks: [
    "it lacks one of {needs}",
    "es fehlt eines von {needs}",
    "il lui manque l’un de {needs}",
    "le falta alguno de {needs}",
  ],
  long: [
    "about {count} tokens are more than any allowed model takes",
    "etwa {count} Tokens sind mehr, als ein erlaubtes Modell aufnimmt",
    "environ {count} jetons, c’est plus qu’un modèle autorisé n’en accepte",
    "unos {count} tokens son más de lo que admite un modelo permitido",
  ],
});
