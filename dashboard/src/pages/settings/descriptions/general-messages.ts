import { defineMessages } from "../../../i18n/messages.ts";

/** What settings of presentation and organizations do. In English as the database says it. */
export const generalSettings = defineMessages({
  currency: [
    "Currency in which prices are shown. Budgets count in organizations.currency.",
    "Währung, in der Preise gezeigt werden. Budgets rechnen in organizations.currency.",
    "Devise dans laquelle les prix sont affichés. Les budgets comptent en organizations.currency.",
    "Moneda en la que se muestran los precios. Los presupuestos cuentan en organizations.currency.",
  ],
  locale: [
    "BCP 47 language and region of texts and figures.",
    "Sprache und Region von Texten und Zahlen, nach BCP 47.",
    "Langue et région des textes et des chiffres, selon BCP 47.",
    "Idioma y región de textos y cifras, según BCP 47.",
  ],
  "notifications.channels": [
    "Where notifications go.",
    "Wohin Benachrichtigungen gehen.",
    "Où vont les notifications.",
    "Adónde van las notificaciones.",
  ],
  "organization.owned.max": [
    "Most organizations one user may own by founding them. Each comes with a budget on the platform's keys.",
    "Höchstens so viele Organisationen darf ein Benutzer durch Gründung besitzen. Jede bringt ein Budget auf die Schlüssel der Plattform mit.",
    "Nombre maximal d’organisations qu’un utilisateur peut posséder en les fondant. Chacune vient avec un budget sur les clés de la plateforme.",
    "Máximo de organizaciones que un usuario puede poseer por haberlas fundado. Cada una trae un presupuesto sobre las claves de la plataforma.",
  ],
  "ui.theme": [
    "Colours of the dashboard.",
    "Farben des Dashboards.",
    "Couleurs du tableau de bord.",
    "Colores del panel.",
  ],
});
