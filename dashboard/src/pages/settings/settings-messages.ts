import { defineMessages } from "../../i18n/messages.ts";

/** Texts of the settings page. */
export const settingsMessages = defineMessages({
  title: ["Settings", "Einstellungen", "Paramètres", "Ajustes"],
  note: [
    "What counts for you here, and where it comes from. The narrowest scope wins.",
    "Was hier für Sie gilt und woher es kommt. Der engste Bereich gewinnt.",
    "Ce qui vaut pour vous ici et d’où cela vient. La portée la plus étroite l’emporte.",
    "Lo que rige para usted aquí y de dónde viene. Gana el ámbito más estrecho.",
  ],
  search: ["Search settings", "Einstellungen suchen", "Chercher un paramètre", "Buscar ajustes"],
  changedOnly: ["Only changed ones", "Nur geänderte", "Seulement les modifiés", "Solo los cambiados"],
  setting: ["Setting", "Einstellung", "Paramètre", "Ajuste"],
  value: ["Value", "Wert", "Valeur", "Valor"],
  source: ["From", "Aus", "Origine", "Origen"],
  source_default: ["default", "Vorgabe", "défaut", "predeterminado"],
  source_global: ["platform", "Plattform", "plateforme", "plataforma"],
  source_plan: ["plan", "Tarif", "forfait", "plan"],
  source_organization: ["organization", "Organisation", "organisation", "organización"],
  source_user: ["yours", "Ihre", "la vôtre", "suyo"],
  nothing: ["No setting fits", "Keine Einstellung passt", "Aucun paramètre ne correspond", "Ningún ajuste coincide"],
  edit: ["Change {key}", "{key} ändern", "Modifier {key}", "Cambiar {key}"],
  scope: ["For", "Für", "Pour", "Para"],
  scopeOrganization: [
    "the whole organization",
    "die ganze Organisation",
    "toute l’organisation",
    "toda la organización",
  ],
  scopeUser: ["me, everywhere", "mich, überall", "moi, partout", "mí, en todas partes"],
  reset: [
    "Remove the value: the wider scope counts again",
    "Wert entfernen: der weitere Bereich gilt wieder",
    "Retirer la valeur : la portée plus large vaut de nouveau",
    "Quitar el valor: vuelve a regir el ámbito más amplio",
  ],
  problem: ["This is no {type}", "Das ist kein {type}", "Ce n’est pas un {type}", "Esto no es un {type}"],
  none: ["no value", "kein Wert", "aucune valeur", "sin valor"],
  merged: [
    "Joined with wider scopes ({merge})",
    "Mit weiteren Bereichen vereint ({merge})",
    "Réunie aux portées plus larges ({merge})",
    "Unido a ámbitos más amplios ({merge})",
  ],
  saved: ["Saved", "Gespeichert", "Enregistré", "Guardado"],
  general: ["General", "Allgemein", "Général", "General"],
});
