import { defineMessages } from "../../i18n/messages.ts";

/** Texts of the members page. */
export const membersMessages = defineMessages({
  title: ["Members", "Mitglieder", "Membres", "Miembros"],
  note: [
    "Nobody hands out or takes away more than he has.",
    "Niemand vergibt oder nimmt mehr, als er selbst hat.",
    "Personne n’accorde ni ne retire plus que ce qu’il a.",
    "Nadie otorga ni quita más de lo que tiene.",
  ],
  email: ["E-mail", "E-Mail", "E-mail", "Correo"],
  role: ["Role", "Rolle", "Rôle", "Rol"],
  joined: ["Since", "Seit", "Depuis", "Desde"],
  lastSignIn: ["Last sign-in", "Letzte Anmeldung", "Dernière connexion", "Último acceso"],
  add: ["Add a member", "Mitglied aufnehmen", "Ajouter un membre", "Añadir un miembro"],
  userId: ["User id", "Benutzer-ID", "Identifiant", "Identificador"],
  userIdHint: [
    "The person finds it in the account menu after signing up.",
    "Die Person findet sie nach der Anmeldung im Kontomenü.",
    "La personne le trouve dans le menu du compte après l’inscription.",
    "La persona lo encuentra en el menú de la cuenta tras registrarse.",
  ],
  userIdProblem: [
    "This is no user id",
    "Das ist keine Benutzer-ID",
    "Ce n’est pas un identifiant",
    "Esto no es un identificador",
  ],
  change: [
    "Change the role of {who}",
    "Rolle von {who} ändern",
    "Modifier le rôle de {who}",
    "Cambiar el rol de {who}",
  ],
  remove: ["Remove", "Entfernen", "Retirer", "Quitar"],
  removeAsk: ["Remove {who}?", "{who} entfernen?", "Retirer {who} ?", "¿Quitar a {who}?"],
  removeText: [
    "Access ends at once; requests made stay in the log.",
    "Der Zugang endet sofort; gestellte Anfragen bleiben im Protokoll.",
    "L’accès cesse aussitôt ; les requêtes faites restent au journal.",
    "El acceso termina al instante; las solicitudes hechas quedan en el registro.",
  ],
  you: ["you", "Sie", "vous", "usted"],
  saved: ["Saved", "Gespeichert", "Enregistré", "Guardado"],
  roles: ["What roles may", "Was Rollen dürfen", "Ce que permettent les rôles", "Qué permiten los roles"],
  may_owner: [
    "everything, and decide who owns",
    "alles, und bestimmen, wem sie gehört",
    "tout, et décider qui possède",
    "todo, y decidir quién es propietario",
  ],
  may_admin: [
    "change budgets, limits, keys, policies, prompts, settings, members",
    "Budgets, Limits, Schlüssel, Richtlinien, Prompts, Einstellungen, Mitglieder ändern",
    "modifier budgets, limites, clés, politiques, prompts, paramètres, membres",
    "cambiar presupuestos, límites, claves, políticas, prompts, ajustes, miembros",
  ],
  may_manager: [
    "see every request and cost, and act on alerts",
    "jede Anfrage und alle Kosten sehen und auf Alarme reagieren",
    "voir chaque requête et coût, et agir sur les alertes",
    "ver cada solicitud y coste, y actuar ante alertas",
  ],
  may_member: [
    "see their own requests and the totals",
    "eigene Anfragen und die Summen sehen",
    "voir leurs requêtes et les totaux",
    "ver sus solicitudes y los totales",
  ],
  may_guest: ["see no requests", "keine Anfragen sehen", "ne voir aucune requête", "no ver solicitudes"],
});
