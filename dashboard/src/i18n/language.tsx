import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type Language, LANGUAGES, type Messages, preferredLanguage, renderMessage } from "./messages.ts";

const STORED = "signalbox.language";

interface LanguageState {
  language: Language;
  /** Whether a person chose it, here or earlier. */
  chosen: boolean;
  choose: (language: Language) => void;
  /** Takes over what the settings say, without making it a choice of this browser. */
  suggest: (language: Language) => void;
}

const LanguageContext = createContext<LanguageState | null>(null);

/** Gives everything below it a language: the one chosen here, else the browser's. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState(() => {
    const stored = LANGUAGES.find((each) => each === localStorage.getItem(STORED));
    return { language: stored ?? preferredLanguage(navigator.languages), chosen: stored !== undefined };
  });
  useEffect(() => {
    document.documentElement.lang = state.language;
    // All four are written left to right; a fifth that is not would only say so here.
    document.documentElement.dir = "ltr";
  }, [state.language]);
  const value = useMemo(() => ({
    ...state,
    choose: (language: Language) => {
      localStorage.setItem(STORED, language);
      setState({ language, chosen: true });
    },
    suggest: (language: Language) => setState((now) => now.chosen ? now : { language, chosen: false }),
  }), [state]);
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

/** The language in use and the way to change it. */
export function useLanguage(): LanguageState {
  const state = useContext(LanguageContext);
  if (state === null) throw new Error("Cannot translate: there is no LanguageProvider");
  return state;
}

/** Translates a part's messages: `const t = useText(messages); t("title")`. */
export function useText<M extends Messages>(messages: M) {
  const { language } = useLanguage();
  return useMemo(
    () => (key: keyof M & string, values?: Readonly<Record<string, string | number>>) =>
      renderMessage(messages[key] ?? ["", "", "", ""], language, values),
    [messages, language],
  );
}
