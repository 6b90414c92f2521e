import type { AssistantConfig, AssistantStanding } from "../../api/assistants.ts";
import { useText } from "../../i18n/language.tsx";
import { LANGUAGE_NAMES } from "../../i18n/messages.ts";
import { uiMessages } from "../../ui/ui-messages.ts";
import { assistantsMessages } from "./assistants-messages.ts";
import { fieldMessages } from "./field-messages.ts";

export type Whole = AssistantConfig & AssistantStanding;

/** Names and values of an assistant's configuration as people read them; ids by the names that are known. */
export function useFieldWords(nameOf: (id: string) => string) {
  const t = useText(fieldMessages);
  const words = useText(assistantsMessages);
  const ui = useText(uiMessages);
  return {
    name: (key: keyof Whole): string => t(key),
    value: (key: keyof Whole, value: unknown): string => {
      if (value === null || value === undefined || value === "") return key === "model" ? t("modelPolicy") : "–";
      if (Array.isArray(value)) {
        if (value.length === 0) return "–";
        return value.map((each) => key === "languages" ? languageName(each) : nameOf(String(each))).join(", ");
      }
      if (typeof value === "boolean") return ui(value ? "yes" : "no");
      if (key === "status") return words(`status_${value as Whole["status"]}`);
      if (key === "visibility") return words(`visibility_${value as Whole["visibility"]}`);
      if (key === "importance") return t(value as Whole["importance"]);
      if (key === "mode") return t(`mode_${value as Whole["mode"]}`);
      return String(value);
    },
  };
}

function languageName(language: unknown): string {
  return LANGUAGE_NAMES[language as keyof typeof LANGUAGE_NAMES] ?? String(language);
}
