import { useText } from "../../i18n/language.tsx";
import { codeMessages } from "./code-messages.ts";

/** A code of the log in words; one that nobody has put into words stays as it is. */
export function useCodeWords(): (code: string) => string {
  const t = useText(codeMessages);
  return (code) => Object.hasOwn(codeMessages, code) ? t(code as keyof typeof codeMessages) : code;
}
