import { useText } from "../../i18n/language.tsx";
import { failureMessages } from "./failure-messages.ts";

/** Why a turn has no answer, as a sentence. */
export function useFailure(code: string | null): string {
  const t = useText(failureMessages);
  return t(code !== null && code in failureMessages ? code as keyof typeof failureMessages : "other");
}
