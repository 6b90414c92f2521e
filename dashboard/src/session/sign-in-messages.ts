import { defineMessages } from "../i18n/messages.ts";

/** Texts of the sign-in page. */
export const signInMessages = defineMessages({
  title: ["Sign in", "Anmelden", "Connexion", "Iniciar sesión"],
  claim: [
    "Every AI call of your project: routed, budgeted and on the record.",
    "Jeder KI-Aufruf Ihres Projekts: geleitet, budgetiert und protokolliert.",
    "Chaque appel d’IA de votre projet : aiguillé, budgété et consigné.",
    "Cada llamada de IA de su proyecto: encaminada, presupuestada y registrada.",
  ],
  email: ["E-mail", "E-Mail", "E-mail", "Correo electrónico"],
  password: ["Password", "Passwort", "Mot de passe", "Contraseña"],
  submit: ["Sign in", "Anmelden", "Se connecter", "Entrar"],
  or: ["or", "oder", "ou", "o"],
  magicLink: [
    "E-mail me a sign-in link",
    "Anmeldelink per E-Mail schicken",
    "Recevoir un lien de connexion",
    "Enviarme un enlace de acceso",
  ],
  linkSent: [
    "If {email} has an account here, a link is on its way. You can close this page.",
    "Falls {email} hier ein Konto hat, ist ein Link unterwegs. Sie können diese Seite schließen.",
    "Si {email} a un compte ici, un lien est en route. Vous pouvez fermer cette page.",
    "Si {email} tiene una cuenta aquí, el enlace está en camino. Puede cerrar esta página.",
  ],
  emailFirst: [
    "Fill in your e-mail first",
    "Tragen Sie zuerst Ihre E-Mail ein",
    "Indiquez d’abord votre e-mail",
    "Introduzca primero su correo",
  ],
  continueWith: [
    "Continue with {provider}",
    "Weiter mit {provider}",
    "Continuer avec {provider}",
    "Continuar con {provider}",
  ],
  wrong: [
    "E-mail and password do not fit together.",
    "E-Mail und Passwort passen nicht zusammen.",
    "L’e-mail et le mot de passe ne correspondent pas.",
    "El correo y la contraseña no coinciden.",
  ],
});
