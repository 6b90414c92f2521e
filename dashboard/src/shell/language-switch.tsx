import { useLanguage, useText } from "../i18n/language.tsx";
import { type Language, LANGUAGE_NAMES, LANGUAGES } from "../i18n/messages.ts";
import { shellMessages } from "./shell-messages.ts";

/** Chooses the language; each is written as it calls itself. */
export function LanguageSwitch({ onChange }: { onChange?: (language: Language) => void }) {
  const t = useText(shellMessages);
  const { language, choose } = useLanguage();
  return (
    <select
      className="select-quiet"
      aria-label={t("language")}
      value={language}
      onChange={(event) => {
        const next = event.target.value as Language;
        choose(next);
        onChange?.(next);
      }}
    >
      {LANGUAGES.map((each) => <option key={each} value={each} lang={each}>{LANGUAGE_NAMES[each]}</option>)}
    </select>
  );
}
