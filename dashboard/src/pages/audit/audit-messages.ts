import { defineMessages } from "../../i18n/messages.ts";

/** Texts of the audit page. */
export const auditMessages = defineMessages({
  title: ["Audit", "Protokoll", "Audit", "Auditoría"],
  note: [
    "Who changed what. Each entry’s hash covers the one before it.",
    "Wer was geändert hat. Der Hash jedes Eintrags deckt den davor mit ab.",
    "Qui a changé quoi. L’empreinte de chaque entrée couvre la précédente.",
    "Quién cambió qué. El hash de cada entrada cubre la anterior.",
  ],
  sound: ["The chain is sound", "Die Kette ist unversehrt", "La chaîne est intacte", "La cadena está intacta"],
  broken: [
    "The chain was tampered with",
    "An der Kette wurde manipuliert",
    "La chaîne a été altérée",
    "La cadena ha sido manipulada",
  ],
  entry: ["Entry {seq}: {problem}", "Eintrag {seq}: {problem}", "Entrée {seq} : {problem}", "Entrada {seq}: {problem}"],
  subject: ["What", "Was", "Quoi", "Qué"],
  number: ["No.", "Nr.", "N°", "N.º"],
  when: ["When", "Wann", "Quand", "Cuándo"],
  who: ["Who", "Wer", "Qui", "Quién"],
  action: ["Action", "Vorgang", "Action", "Acción"],
  insert: ["made", "angelegt", "créé", "creado"],
  update: ["changed", "geändert", "modifié", "cambiado"],
  delete: ["deleted", "gelöscht", "supprimé", "eliminado"],
  recompute: ["recomputed", "neu berechnet", "recalculé", "recalculado"],
  values: ["Before and after", "Vorher und nachher", "Avant et après", "Antes y después"],
  empty: [
    "Nothing was changed yet",
    "Noch wurde nichts geändert",
    "Rien n’a encore été modifié",
    "Aún no se ha cambiado nada",
  ],
});
