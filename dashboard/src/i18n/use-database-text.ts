import { useMemo } from "react";
import { databaseText } from "./database-text.ts";
import { useLanguage } from "./language.tsx";
import type { Messages } from "./messages.ts";

/** Translates what the database says by a part's messages: `const say = useDatabaseText(messages); say(row.message)`. */
export function useDatabaseText(messages: Messages): (english: string) => string {
  const { language } = useLanguage();
  return useMemo(() => (english: string) => databaseText(english, messages, language), [messages, language]);
}
