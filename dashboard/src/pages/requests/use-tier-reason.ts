import { useText } from "../../i18n/language.tsx";
import { storyMessages } from "./story-messages.ts";
import { tierReason } from "./tier-reason.ts";

/** A rule's code from the log (`upgrade:complexity_0.71`) as a sentence; an unknown one as it is. */
export function useTierReason(): (code: string) => string {
  const t = useText(storyMessages);
  return (code) => {
    const reason = tierReason(code);
    return reason === null ? code : t(...reason);
  };
}
