import { defineMessages } from "../../../i18n/messages.ts";

/** What settings of the organization’s own applications do. In English as the database says it. */
export const applicationSettings = defineMessages({
  "credit.batch.window.ms": [
    "Milliseconds during which credit checks are gathered into one.",
    "Millisekunden, in denen Bonitätsprüfungen zu einer gesammelt werden.",
    "Millisecondes pendant lesquelles les contrôles de solvabilité sont réunis en un seul.",
    "Milisegundos durante los que se reúnen en una las comprobaciones de solvencia.",
  ],
  "credit.cache.ttl": [
    "How long a credit rating is kept.",
    "Wie lange eine Bonität aufbewahrt wird.",
    "Combien de temps une note de solvabilité est conservée.",
    "Cuánto tiempo se guarda una calificación de solvencia.",
  ],
  "credit.peak.slo.p95.ms": [
    "Milliseconds within which 95 % of credit checks answer at peak.",
    "Millisekunden, in denen zur Spitzenzeit 95 % der Bonitätsprüfungen antworten.",
    "Millisecondes dans lesquelles 95 % des contrôles de solvabilité répondent aux heures de pointe.",
    "Milisegundos en los que responde el 95 % de las comprobaciones de solvencia en horas punta.",
  ],
  "help.nudge.budget.session.base": [
    "Nudges a session starts with.",
    "Hinweise, mit denen eine Sitzung beginnt.",
    "Suggestions dont dispose une session au départ.",
    "Sugerencias con las que empieza una sesión.",
  ],
  "help.nudge.budget.session.max": [
    "Most nudges a session may have.",
    "Höchstens so viele Hinweise je Sitzung.",
    "Nombre maximal de suggestions par session.",
    "Máximo de sugerencias por sesión.",
  ],
  "help.nudge.budget.session.perHour": [
    "Nudges added for every hour of a session.",
    "Hinweise, die je Stunde einer Sitzung hinzukommen.",
    "Suggestions ajoutées par heure de session.",
    "Sugerencias que se añaden por cada hora de sesión.",
  ],
  "help.nudge.confidence.min": [
    "Confidence from which help is offered unasked.",
    "Vertrauen, ab dem ungefragt Hilfe angeboten wird.",
    "Confiance à partir de laquelle une aide est proposée spontanément.",
    "Confianza desde la que se ofrece ayuda sin que se pida.",
  ],
  "help.nudge.cooldown.globalUser": [
    "Silence towards a user after he dismissed a nudge.",
    "Stille gegenüber einem Benutzer, nachdem er einen Hinweis weggeklickt hat.",
    "Silence envers un utilisateur après qu’il a écarté une suggestion.",
    "Silencio hacia un usuario después de que descarte una sugerencia.",
  ],
  "help.nudge.cooldown.sameSession": [
    "Silence in a session after any nudge.",
    "Stille in einer Sitzung nach jedem Hinweis.",
    "Silence dans une session après toute suggestion.",
    "Silencio en una sesión tras cualquier sugerencia.",
  ],
  "help.nudge.cooldown.sameTopic": [
    "Silence about a topic after a nudge on it.",
    "Stille zu einem Thema nach einem Hinweis dazu.",
    "Silence sur un sujet après une suggestion à ce propos.",
    "Silencio sobre un tema tras una sugerencia acerca de él.",
  ],
  "help.nudge.enabled": [
    "Master switch of unasked help.",
    "Hauptschalter ungefragter Hilfe.",
    "Interrupteur général de l’aide spontanée.",
    "Interruptor general de la ayuda no pedida.",
  ],
  "help.space.enduser": [
    "Parameters of help in the end users' space.",
    "Parameter der Hilfe im Bereich der Endnutzer.",
    "Paramètres de l’aide dans l’espace des utilisateurs finaux.",
    "Parámetros de la ayuda en el espacio de los usuarios finales.",
  ],
  "help.space.salesops": [
    "Parameters of help in the sales operations' space.",
    "Parameter der Hilfe im Bereich des Vertriebs.",
    "Paramètres de l’aide dans l’espace commercial.",
    "Parámetros de la ayuda en el espacio de ventas.",
  ],
  "help.struggle.thresholds": [
    "From when a user counts as struggling.",
    "Ab wann ein Benutzer als hilfsbedürftig gilt.",
    "À partir de quand un utilisateur est considéré en difficulté.",
    "Desde cuándo se considera que un usuario está en apuros.",
  ],
  "help.suggest.topN": [
    "How many suggestions are shown.",
    "Wie viele Vorschläge gezeigt werden.",
    "Combien de propositions sont affichées.",
    "Cuántas propuestas se muestran.",
  ],
  "lead.protection.baseMonths": [
    "Months a lead belongs to who brought it.",
    "Monate, die ein Lead dem gehört, der ihn gebracht hat.",
    "Mois pendant lesquels un prospect appartient à qui l’a apporté.",
    "Meses que un cliente potencial pertenece a quien lo trajo.",
  ],
  "lead.protection.graceDays": [
    "Days between the warning and the loss of protection.",
    "Tage zwischen der Warnung und dem Verlust des Schutzes.",
    "Jours entre l’avertissement et la perte de la protection.",
    "Días entre el aviso y la pérdida de la protección.",
  ],
  "lead.protection.mode": [
    "Which of several protection dates counts.",
    "Welches von mehreren Schutzdaten gilt.",
    "Laquelle de plusieurs dates de protection vaut.",
    "Cuál de varias fechas de protección rige.",
  ],
  "lead.protection.notify.roles": [
    "Roles told about a protection's end.",
    "Rollen, die vom Ende eines Schutzes erfahren.",
    "Rôles informés de la fin d’une protection.",
    "Roles a los que se avisa del fin de una protección.",
  ],
  "lead.protection.progressDays": [
    "Days without progress after which protection is warned about.",
    "Tage ohne Fortschritt, nach denen vor dem Verlust des Schutzes gewarnt wird.",
    "Jours sans progrès après lesquels un avertissement précède la fin de la protection.",
    "Días sin avances tras los que se avisa del fin de la protección.",
  ],
  "lead.protection.reminder.channels": [
    "Where reminders of a protection's end go.",
    "Wohin Erinnerungen an das Ende eines Schutzes gehen.",
    "Où vont les rappels de la fin d’une protection.",
    "Adónde van los recordatorios del fin de una protección.",
  ],
  "seasonal.windows": [
    "Seasons of the business as month-day ranges, both ends included.",
    "Saisons des Geschäfts als Spannen von Monat und Tag, beide Enden eingeschlossen.",
    "Saisons de l’activité, en intervalles mois-jour, bornes incluses.",
    "Temporadas del negocio como intervalos de mes y día, ambos extremos incluidos.",
  ],
  "sla.sample.followups": [
    "When a product sample is followed up, counted from its delivery.",
    "Wann bei einem Produktmuster nachgefasst wird, ab seiner Lieferung gezählt.",
    "Quand un échantillon de produit est relancé, à compter de sa livraison.",
    "Cuándo se hace el seguimiento de una muestra de producto, contado desde su entrega.",
  ],
});
